import { counted } from '../words'
import { type FindingRule, rangeNear } from './rule'

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`

/** Idle workers alone take more than half of the memory: what is left is for their calls. */
export const serverOverMemory: FindingRule = {
  code: 'server-over-memory',
  severity: 'warning',
  *find({ document, fleet }) {
    const { memoryPerWorker } = fleet.service
    const perWorker = document.rangeOf(['service', 'memory_per_worker'], 'value')
    for (const server of fleet.servers) {
      if (server.memory === undefined) continue
      const taken = server.workers.length * memoryPerWorker
      if (taken <= server.memory / 2) continue
      const fitting = Math.floor(server.memory / 2 / memoryPerWorker)
      yield {
        range: rangeNear(document, ['servers', server.name, 'workers']),
        message: `${counted(server.workers.length, 'idle worker')} of ${server.name} take ${mebibytes(taken)}, over half of its ${mebibytes(server.memory)}: calls need the rest. ${fitting > 0 ? `${counted(fitting, 'worker')} would do.` : 'It needs more memory.'}`,
        related: [
          { range: rangeNear(document, ['servers', server.name, 'memory']), message: mebibytes(server.memory) },
          ...(perWorker ? [{ range: perWorker, message: `An idle worker takes ${mebibytes(memoryPerWorker)}` }] : []),
        ],
      }
    }
  },
}
