import { changeTo } from '../fixes'
import type { Worker } from '../fleet'
import { counted } from '../words'
import { type FindingRule, type Found, type RuleContext, rangeNear } from './rule'

/** nginx and the worker disagree on how many calls it takes: it refuses some, or gets fewer than it could. */
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
    // No number is right for servers that take different numbers of calls.
    const differing = sharing.some(({ maxConcurrentCalls }) => maxConcurrentCalls !== worker.maxConcurrentCalls)
    yield differing ? limitOfSeveral(context, worker) : sharedLimit(context, worker)
  },
}

/** 0 is no limit at all. */
const disagrees = ({ line, maxConcurrentCalls }: Worker): boolean => line.maxConns !== maxConcurrentCalls

const shared = ['load_balancer', 'max_conns']

function ownLimit({ document }: RuleContext, worker: Worker): Found {
  const path = ['servers', worker.server, 'worker_options', worker.id, 'max_conns']
  return {
    range: rangeNear(document, path),
    message: `${said(worker, `worker ${worker.id} of ${worker.server}`)} Give ${path.slice(2).join('.')} and max_concurrent_calls the same number.`,
    fixes: changeTo(document, path, worker.maxConcurrentCalls),
  }
}

function sharedLimit({ document }: RuleContext, worker: Worker): Found {
  return {
    range: rangeNear(document, shared),
    message: `${said(worker, `a worker of ${worker.server}`)} Give load_balancer.max_conns and max_concurrent_calls the same number.`,
    fixes: changeTo(document, shared, worker.maxConcurrentCalls),
  }
}

function limitOfSeveral({ document }: RuleContext, worker: Worker): Found {
  return {
    range: rangeNear(document, shared),
    message: `${said(worker, `a worker of ${worker.server}`)} The servers differ, so no one number is right for all: give the workers of ${worker.server} "max_conns: ${worker.maxConcurrentCalls}" under "worker_options".`,
    related: [
      { range: rangeNear(document, ['servers', worker.server], 'key'), message: `The server ${worker.server}` },
    ],
  }
}

function said({ line: { maxConns = 0 }, maxConcurrentCalls }: Worker, who: string): string {
  return `nginx opens ${counted(maxConns, 'connection')} at most, and ${who} takes ${counted(maxConcurrentCalls, 'call')}: ${maxConns > maxConcurrentCalls ? 'it would refuse the rest' : 'it would never be full'}.`
}
