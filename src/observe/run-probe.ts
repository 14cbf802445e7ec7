import { t } from '@vscode/l10n'
import { routedAddresses } from '../fleet/firewall'
import type { Fleet } from '../fleet/fleet'
import { ownVariables } from '../fleet/own-variables'
import type { Connection, ScriptResult } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { asRootIfPossible } from './as-root-if-possible'
import { type Probe, ProbeError, parseProbe } from './probe'

export interface ProbeWishes {
  /** The workers' ids that fleet.yaml names; other instances that systemd knows of the unit are reported too. */
  readonly ids: readonly number[]
  /** Also look at nginx and the file that holds the upstream. */
  readonly loadBalancer: boolean
  readonly signal?: AbortSignal
}

const timeoutMilliseconds = 30_000

/**
 * Asks a machine what it is, in one round trip: as root, or as the login user where becoming root is not possible, which leaves out
 * what only root may read. Throws RemoteError if it cannot be asked, ProbeError if the answer is something else.
 */
export async function runProbe(connection: Connection, fleet: Fleet, wishes: ProbeWishes): Promise<Probe> {
  const { service, loadBalancer, name } = fleet
  const args = [
    service.unit,
    wishes.ids.join(','),
    service.envFile,
    service.maxCallsVariable,
    service.workersVariable,
    name,
    ownVariables(service)?.port ?? '',
    ...(wishes.loadBalancer ? [loadBalancer.file, routedAddresses(fleet).join(',')] : []),
  ]
  return asRootIfPossible(async (privilege, whyNotRoot) => {
    const options = { ...privilege, timeoutMilliseconds, ...(wishes.signal ? { signal: wishes.signal } : {}) }
    return read(await connection.run('probe', args, options), whyNotRoot)
  })
}

function read({ exitCode, stdout, stderr }: ScriptResult, whyNotRoot: string | undefined): Probe {
  if (exitCode === scriptExit.done) return parseProbe(stdout, whyNotRoot)
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)
  throw new ProbeError(t('It could not be checked: {0}', said || t('the probe exited with {0}', exitCode)))
}
