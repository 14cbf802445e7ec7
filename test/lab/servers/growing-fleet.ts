import type { OperationArguments } from '../../../src/plan/operation'
import { makeBare } from '../fixture/bare'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

/** A fleet of two servers, two workers each, with a VoxBridge, and a third host that is bare. */
export interface GrowingFleet {
  readonly lab: Lab
  readonly operator: Operator
  /** What makes the third host, core-3, a server of the fleet. */
  readonly given: OperationArguments & { readonly url: string }
  /** The base URLs that VoxBridge has. */
  registered(): Promise<unknown>
}

export interface GrowingWishes {
  readonly install: string
  /** By a firewall, to all but the load balancer and this machine, which asks for the health of a base URL as VoxBridge does. */
  readonly closed?: boolean
}

/** Its workers run as a system user, by a drop-in of their unit; the fleet has an install command of its own. */
export async function growingFleet({ install, closed = false }: GrowingWishes): Promise<GrowingFleet> {
  const lab = await freshLab(['core-1', 'core-2', 'core-3'])
  await makeBare(lab, 'core-3')
  await lab.shell('core-1', 'echo "[]" >/var/lib/voxbridge.json; systemctl start voxbridge')
  await lab.shell(
    'core-2',
    `useradd --system voxcore; mkdir /etc/systemd/system/voxcore@.service.d
    printf '[Service]\\nUser=voxcore\\n' > /etc/systemd/system/voxcore@.service.d/user.conf; systemctl daemon-reload`,
  )
  const operator = await operatorOf(lab, {
    hosts: ['core-1', 'core-2'],
    workers: { 'core-1': 2, 'core-2': 2 },
    serviceKeys: `  install: ${install}\n`,
    rollout: '{ drain: { timeout: 5s }, ready: { timeout: 5s, checks: 2 } }',
    ...(closed ? { firewall: `{ tool: nftables, allow_from: [${lab.facts.gateway}] }` } : {}),
    end: `voxbridge: { url: http://${lab.address('core-1')}:8080 }\n`,
  })
  await operator.run('reload')
  const host = lab.address('core-3')
  return {
    lab,
    operator,
    given: { server: 'core-3', host, workers: 2, url: `http://${host}:8001` },
    registered: async () => JSON.parse(await lab.shell('core-1', 'cat /var/lib/voxbridge.json')),
  }
}
