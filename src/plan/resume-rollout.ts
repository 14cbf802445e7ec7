import { t } from '@vscode/l10n'
import type { Fleet, Worker } from '../fleet/fleet'
import { counted, listOf } from '../fleet/words'
import { type Checked, warning } from './checks'
import { isHealthy, reachableServer } from './observed-worker'
import type { Situation } from './operation'
import type { NoteRolloutStep } from './plan'
import { targetOf } from './target'
import { nameWorkers, serversOf } from './worker-names'

/**
 * Those of the workers that have been restarted since the beginning of a failed rollout, and serve: a run after a failure has
 * nothing left to do with them. Each server compares its own note with systemd's start times, so that no two clocks are compared.
 */
export function restartedBefore({ observed }: Situation, workers: readonly Worker[]): readonly Worker[] {
  return workers.filter(
    worker =>
      reachableServer(observed, worker.server)?.rollout?.restarted.includes(worker.id) && isHealthy(observed, worker),
  )
}

/** Says which workers are skipped, and since when by their server's clock. */
export function checkSkipped({ observed }: Situation, skipped: readonly Worker[]): Checked {
  const sentences = serversOf(skipped).map(server => {
    const own = skipped.filter(worker => worker.server === server)
    const since = reachableServer(observed, server)?.rollout?.since ?? 0
    const known = [nameWorkers(own), sayTime(since), server] as const
    return own.length === 1
      ? t(
          '{0} was restarted by the unfinished rollout that began at {1} by the clock of {2}: skipped. Restart All (--all) restarts every worker',
          ...known,
        )
      : t(
          '{0} were restarted by the unfinished rollout that began at {1} by the clock of {2}: skipped. Restart All (--all) restarts every worker',
          ...known,
        )
  })
  return warning(...sentences)
}

const sayTime = (seconds: number) => `${new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19)} UTC`

/** The step that notes the beginning or the end of a rollout on the servers of its workers. */
export function noteRollout(
  { loadBalancer }: Fleet,
  moment: NoteRolloutStep['moment'],
  workers: readonly Worker[],
): NoteRolloutStep {
  const servers = serversOf(workers)
  const where = servers.length > 3 ? counted(servers.length, 'server') : listOf(servers)
  return {
    kind: 'note-rollout',
    server: loadBalancer.machine.name,
    title:
      moment === 'ends'
        ? t('Record on {0} that the rollout has ended', where)
        : t('Record on {0} that the rollout begins', where),
    moment,
    workers: workers.map(targetOf),
  }
}
