import { t } from '@vscode/l10n'
import type { DocumentPath } from '../document'
import { changeTo } from '../fixes'
import type { Worker } from '../fleet'
import { counted, sentences } from '../words'
import { type FindingRule, type Found, type RuleContext, rangeNear } from './rule'

/** nginx and the worker disagree on how many calls it takes: it refuses calls, or gets fewer than it could take. */
export const maxConnsMismatch: FindingRule = {
  code: 'max-conns-mismatch',
  severity: 'warning',
  *find(context) {
    const limited = context.fleet.servers.flatMap(({ workers }) => workers).filter(({ line }) => line.maxConns)
    const isOwn = ({ server, id }: Worker) =>
      context.file.servers[server]?.worker_options?.[id]?.max_conns !== undefined
    for (const worker of limited.filter(isOwn).filter(disagrees)) yield ownLimit(context, worker)
    const sharing = limited.filter(worker => !isOwn(worker))
    const [worker] = sharing.filter(disagrees)
    if (!worker) return
    // No single number fits servers that take different numbers of calls.
    const differing = sharing.some(({ maxConcurrentCalls }) => maxConcurrentCalls !== worker.maxConcurrentCalls)
    yield differing ? limitOfSeveral(context, worker) : sharedLimit(context, worker)
  },
}

/** 0 means no limit. */
const disagrees = ({ line, maxConcurrentCalls }: Worker): boolean => line.maxConns !== maxConcurrentCalls

const shared = ['load_balancer', 'max_conns']

function ownLimit(context: RuleContext, worker: Worker): Found {
  const path = ['servers', worker.server, 'worker_options', worker.id, 'max_conns']
  return limitAt(context, path, path.slice(2).join('.'), worker, t('worker {0} of {1}', worker.id, worker.server))
}

function sharedLimit(context: RuleContext, worker: Worker): Found {
  return limitAt(context, shared, shared.join('.'), worker, t('a worker of {0}', worker.server))
}

/** `key` is what people call the key at `path`, and `who` the worker. */
function limitAt({ document }: RuleContext, path: DocumentPath, key: string, worker: Worker, who: string): Found {
  return {
    range: rangeNear(document, path),
    message: sentences(disagreement(worker, who), t('Give {0} and max_concurrent_calls the same number.', key)),
    fixes: changeTo(document, path, worker.maxConcurrentCalls),
  }
}

function limitOfSeveral({ document }: RuleContext, worker: Worker): Found {
  return {
    range: rangeNear(document, shared),
    message: sentences(
      disagreement(worker, t('a worker of {0}', worker.server)),
      t(
        'The servers differ, so no one number is right for all: give the workers of {0} "max_conns: {1}" under "worker_options".',
        worker.server,
        worker.maxConcurrentCalls,
      ),
    ),
    related: [
      { range: rangeNear(document, ['servers', worker.server], 'key'), message: t('The server {0}', worker.server) },
    ],
  }
}

function disagreement({ line: { maxConns = 0 }, maxConcurrentCalls }: Worker, who: string): string {
  const numbers = [counted(maxConns, 'connection'), who, counted(maxConcurrentCalls, 'call')] as const
  return maxConns > maxConcurrentCalls
    ? t('nginx allows {0}, but {1} takes {2} and would refuse the rest.', ...numbers)
    : t('nginx allows {0}, but {1} takes {2}, so it would never be full.', ...numbers)
}
