import type { SimulatedServer } from '../simulated-server'
import type { SimulatedWorker } from '../simulated-worker'
import { type AnswerScript, lockLost } from './answer'

/** What systemctl's actions do, and how long they take in milliseconds. */
const actions: Readonly<Record<string, (server: SimulatedServer, worker: SimulatedWorker) => number>> = {
  enable: (server, worker) => {
    worker.enabled = true
    return start(server, worker)
  },
  disable: (_, worker) => {
    worker.enabled = false
    return worker.stop()
  },
  start,
  stop: (_, worker) => worker.stop(),
  restart: (server, worker) => worker.stop() + start(server, worker),
}

/** What systemctl would change nothing of. */
const isSo: Readonly<Record<string, (worker: SimulatedWorker) => boolean>> = {
  enable: ({ enabled, activeState }) => enabled && activeState === 'active',
  disable: ({ enabled, activeState }) => !enabled && activeState === 'inactive',
}

function start(server: SimulatedServer, worker: SimulatedWorker): number {
  worker.start(Date.now(), server.newPid(), server.settings())
  return 200
}

export const unit: AnswerScript = (server, [, token, action = '', name = '']) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  const id = Number(/@(\d+)\.service$/.exec(name)?.[1])
  const act = actions[action]
  if (!act || !Number.isInteger(id)) return { exitCode: 64, stderr: `not an action: ${action}\n` }
  if (!server.files.has(server.unitFile))
    return { exitCode: 65, stderr: `systemd has no unit ${name} on this server.\n` }
  const worker = server.worker(id)
  const before = worker.pid
  const wasSo = isSo[action]?.(worker) === true
  const takes = act(server, worker)
  const result = wasSo ? 'already' : 'done'
  return { exitCode: 0, stdout: `result=${result}\nbefore_pid=${before}\npid=${worker.pid}\n`, takes }
}
