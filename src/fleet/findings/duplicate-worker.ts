import { t } from '@vscode/l10n'
import { changeTo } from '../fixes'
import { type FindingRule, rangeNear } from './rule'

/** A number listed twice in a list of workers: systemd runs each instance once. */
export const duplicateWorker: FindingRule = {
  code: 'duplicate-worker',
  severity: 'error',
  *find({ document, file }) {
    for (const [name, server] of Object.entries(file.servers)) {
      const ids = server?.workers
      if (!Array.isArray(ids)) continue
      const taken = new Set(ids)
      const first = new Map<number, number>()
      for (const [index, id] of ids.entries()) {
        const before = first.get(id)
        if (before === undefined) {
          first.set(id, index)
          continue
        }
        const path = ['servers', name, 'workers', index]
        const next = firstFree(taken)
        taken.add(next)
        yield {
          range: rangeNear(document, path),
          message: t('Worker {0} of {1} is listed twice. The next number that is free is {2}.', id, name, next),
          related: [
            {
              range: rangeNear(document, ['servers', name, 'workers', before]),
              message: t('Worker {0} is listed here first', id),
            },
          ],
          fixes: changeTo(document, path, next),
        }
      }
    }
  },
}

function firstFree(taken: ReadonlySet<number>): number {
  let id = 1
  while (taken.has(id)) id += 1
  return id
}
