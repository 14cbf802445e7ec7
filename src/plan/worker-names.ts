import { t } from '@vscode/l10n'
import { runsOf } from '../fleet/runs'
import { listOf } from '../fleet/words'

/** The distinct servers of some workers, in order of appearance. */
export function serversOf(workers: readonly { readonly server: string }[]): readonly string[] {
  return [...new Set(workers.map(worker => worker.server))]
}

/** Names workers the way a person would: `worker 3 of core-1`, `workers 1–4 of core-1 and worker 1 of core-2`. */
export function nameWorkers(workers: readonly { readonly server: string; readonly id: number }[]): string {
  return listOf(
    serversOf(workers).map(server => {
      const ids = workers.filter(worker => worker.server === server).map(worker => worker.id)
      const which = listOf(idRanges(ids))
      return ids.length === 1 ? t('worker {0} of {1}', which, server) : t('workers {0} of {1}', which, server)
    }),
  )
}

/** Ascending ids as `1–4` where three or more follow each other, else one by one. */
const idRanges = (ids: readonly number[]): readonly string[] =>
  runsOf(ids).flatMap(([first, last]) => {
    if (last - first > 1) return `${first}–${last}`
    return first === last ? String(first) : [String(first), String(last)]
  })
