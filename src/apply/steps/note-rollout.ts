import type { NoteRolloutStep } from '../../plan/plan'
import { serversOf } from '../../plan/worker-names'
import { allOf } from '../all-of'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

const timeoutMilliseconds = 60_000

/** Records a rollout on every server of its workers, all at once (src/remote/scripts/note-rollout.sh). */
export const noteRollout: Carry<NoteRolloutStep> = async ({ moment, workers }, context) => {
  const notes = serversOf(workers).map(server => {
    const units = workers.filter(worker => worker.server === server).map(worker => worker.unit)
    return runChange(context, server, 'note-rollout', [moment, ...units], { timeoutMilliseconds })
  })
  // Do not release the lock while one of them is under way.
  await allOf(notes)
  return 'done'
}
