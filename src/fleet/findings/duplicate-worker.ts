import { type FindingRule, rangeNear } from './rule'

/** A number that a list of workers has twice: systemd runs each instance once. */
export const duplicateWorker: FindingRule = {
  code: 'duplicate-worker',
  severity: 'error',
  *find({ document, file }) {
    for (const [name, server] of Object.entries(file.servers)) {
      const ids = server?.workers
      if (!Array.isArray(ids)) continue
      for (const [index, id] of ids.entries()) {
        const first = ids.indexOf(id)
        if (first === index) continue
        const range = rangeNear(document, ['servers', name, 'workers', index])
        const next = firstFree(ids)
        yield {
          range,
          message: `Worker ${id} of ${name} is listed twice. The next number that is free is ${next}.`,
          related: [
            {
              range: rangeNear(document, ['servers', name, 'workers', first]),
              message: `Worker ${id} is listed here first`,
            },
          ],
          fixes: [{ title: `Change to ${next}`, edits: [{ range, newText: String(next) }], safe: false }],
        }
      }
    }
  },
}

function firstFree(ids: readonly number[]): number {
  let id = 1
  while (ids.includes(id)) id += 1
  return id
}
