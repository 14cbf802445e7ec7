import { t } from '@vscode/l10n'
import { isLoopback } from '../fleet/addresses'
import type { Fleet, Worker } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import { ownVariables } from '../fleet/own-variables'
import type { Connection } from '../remote/connection'
import { type AskHealthOptions, askHealth } from './ask-health'

/**
 * Asks a worker as nginx does: from nginx's machine, which `connection` leads to, at the address on its line. Throws as `askHealth`
 * does.
 */
export function askAsNginx(
  connection: Connection,
  { servers }: Fleet,
  { id, server, endpoint }: Worker,
  options: AskHealthOptions,
): Promise<WorkerHealth> {
  if (endpoint.kind === 'socket') return askHealth(connection, { id, endpoint }, options)
  const address = servers.find(({ name }) => name === server)?.address ?? ''
  const host = isLoopback(address) ? '127.0.0.1' : address.replace(/^\[|\]$/g, '')
  return askHealth(connection, { id, endpoint: { ...endpoint, host } }, options)
}

/** What to check if nginx's machine does not reach workers of these servers, which answer locally. */
export function whereToLook({ service, loadBalancer }: Fleet, servers: readonly string[]): string {
  const host = ownVariables(service)?.host
  const says =
    host === undefined
      ? t('their run script sets it')
      : t('their run script or {0} in {1} sets it', host, service.envFile)
  return t(
    'check on {0} that workers listen on an address that {1} reaches and not only on 127.0.0.1 (`ss -ltn`; {2}), that no firewall is between the two, and that its address in fleet.yaml is right',
    servers.join(', '),
    loadBalancer.machine.name,
    says,
  )
}
