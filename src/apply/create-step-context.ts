import { setMaxListeners } from 'node:events'
import { t } from '@vscode/l10n'
import type { Machine, Worker } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import { workerNumbered } from '../fleet/worker-numbered'
import { askHealth } from '../observe/ask-health'
import type { WorkerTarget } from '../plan/plan'
import { accessTo, type VoxbridgeToken } from '../voxbridge/access'
import { ApplyError } from './apply-error'
import type { ApplyOptions } from './apply-plan'
import type { CancelLimits } from './cancel-limits'
import type { Clock } from './clock'
import type { Lock } from './lock'
import { activeState } from './look'
import { Progress } from './progress'
import type { StepContext } from './step-context'
import { unlessCancelled } from './unless-cancelled'

/** The context for the steps of one run; `cancel` becomes the context's own. */
export function createStepContext(
  options: ApplyOptions,
  { clock, lock, limits, cancel }: { clock: Clock; lock: Lock; limits: CancelLimits; cancel: AbortSignal },
): StepContext {
  const { fleet, connections, onEvent } = options
  const progress = new Progress()
  const never = new AbortController().signal
  const abandon = options.abandon ?? never
  // A batch may have many workers, each asked with the same signal: that is not a leak.
  setMaxListeners(0, cancel, abandon)

  const machineNamed = (name: string): Machine => {
    const { machine } = fleet.loadBalancer
    const found = machine.name === name ? machine : fleet.servers.find(server => server.name === name)
    if (!found) throw new ApplyError(name, t('the fleet {0} has no machine {1}', fleet.name, name))
    return found
  }
  const to = async (machine: string, signal: AbortSignal) =>
    unlessCancelled(connections.to(machineNamed(machine)), signal)
  const workerOf = (target: WorkerTarget): Worker => {
    const server = fleet.servers.find(({ name }) => name === target.server)
    if (!server) throw new ApplyError(target.server, t('the fleet {0} has no server {1}', fleet.name, target.server))
    return workerNumbered(fleet, server, target.id)
  }

  return {
    fleet,
    clock,
    progress,
    token: lock.token,
    cancel,
    abandon,
    limits,
    holdsLock: machine => lock.holds(machine),
    to,
    voxbridge: url => accessTo(url, options.voxbridgeToken ?? noToken),
    async health(target, { timeoutMilliseconds, signal }) {
      const worker = workerOf(target)
      try {
        const connection = await to(target.server, signal)
        const path = fleet.service.health
        const health = await askHealth(connection, worker, { path, timeoutMilliseconds, signal })
        if (health.kind === 'ok' && health.pid !== undefined) progress.seen(target, health.pid)
        return health
      } catch (error) {
        return { kind: 'no-answer', reason: messageOf(error) }
      }
    },
    async activeState({ server, id }, signal) {
      try {
        return await activeState(await to(server, signal), fleet, id, signal)
      } catch {
        return undefined
      }
    },
    say: (server, line, worker) =>
      onEvent({ kind: 'output', server, ...(worker === undefined ? {} : { worker }), line }),
  }
}

export const noToken: VoxbridgeToken = async () => undefined
