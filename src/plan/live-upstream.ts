import { t } from '@vscode/l10n'
import type { Fleet, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { normalAddress } from '../nginx/address'
import { compareUpstream, type UpstreamDifference } from '../nginx/compare'
import { readUpstream, type UpstreamServer } from '../nginx/read-upstream'
import { UpstreamError } from '../nginx/upstream-error'
import type { Situation } from './operation'

/** The fleet's upstream block as it is in nginx's file now. */
export type LiveUpstream =
  /** The load balancer could not be asked. */
  | { readonly kind: 'unknown' }
  /** There is no such block; `text` is the file, if there is one. */
  | { readonly kind: 'absent'; readonly text?: string }
  /** The file cannot be parsed, or has the block twice: nothing may be changed in it. */
  | { readonly kind: 'unclear'; readonly text: string; readonly reason: string }
  | { readonly kind: 'found'; readonly text: string; readonly lines: LiveLines }

/** The `server` lines of the live block, by their addresses in normal form. */
export type LiveLines = ReadonlyMap<string, UpstreamServer>

/** Reads the fleet's block from the observation. Never throws. */
export function liveUpstream({ loadBalancer: { upstream } }: Fleet, { loadBalancer }: Observed): LiveUpstream {
  if (!loadBalancer.reachable) return { kind: 'unknown' }
  if (!loadBalancer.file.exists) return { kind: 'absent' }
  const { text } = loadBalancer.file
  return understood<LiveUpstream>(
    () => {
      const lines = linesOf(text, upstream)
      return lines ? { kind: 'found', text, lines } : { kind: 'absent', text }
    },
    reason => ({ kind: 'unclear', text, reason }),
  )
}

/** The lines of the block of that name in a text; undefined if it has none. Throws UpstreamError. */
export function linesOf(text: string, upstream: string): LiveLines | undefined {
  const block = readUpstream(text, upstream)
  return block && new Map(block.servers.map(server => [server.normalAddress, server]))
}

/** The result of reading nginx's file, or the one for a file that cannot be parsed. */
function understood<Result>(read: () => Result, otherwise: (reason: string) => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof UpstreamError) return otherwise(reasonOf(error))
    throw error
  }
}

const reasonOf = ({ line, message }: UpstreamError) =>
  line === undefined ? message : t('line {0}: {1}', line, message)

/** The line that a worker has in the live block, if it has one. */
export const lineOf = (lines: LiveLines, worker: Worker): UpstreamServer | undefined =>
  lines.get(normalAddress(worker.upstreamAddress))

/** Whether nginx sends a worker new calls: it has a line that is not `down`. */
export const isUp = (lines: LiveLines, worker: Worker): boolean => lineOf(lines, worker)?.down === false

/** How the live block differs from what fleet.yaml renders to; empty if that is unknown. */
export function blockDifferences({ fleet, observed, upstreamBlock }: Situation): readonly UpstreamDifference[] {
  const { loadBalancer } = observed
  if (!loadBalancer.reachable) return []
  const text = loadBalancer.file.exists ? loadBalancer.file.text : undefined
  return understood(
    () => compareUpstream(upstreamBlock, text, fleet.loadBalancer.upstream),
    () => [],
  )
}

/** Whether a difference is about the line of this worker. */
export const isAbout = (difference: UpstreamDifference, { upstreamAddress }: Worker): boolean =>
  'address' in difference && normalAddress(difference.address) === normalAddress(upstreamAddress)

/** The fleet's workers that the live block does not have yet. None if there is no block to look at. */
export function joiningWorkers({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>): readonly Worker[] {
  const live = liveUpstream(fleet, observed)
  if (live.kind !== 'found') return []
  return fleet.servers.flatMap(server => server.workers).filter(worker => lineOf(live.lines, worker) === undefined)
}

/** The workers that the live block has `down` and fleet.yaml does not: somebody has taken them out of service by hand. */
export function downByHand({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>): readonly Worker[] {
  const live = liveUpstream(fleet, observed)
  if (live.kind !== 'found') return []
  const down = (worker: Worker) => lineOf(live.lines, worker)?.down === true
  return fleet.servers.flatMap(server => server.workers).filter(worker => down(worker) && !worker.line.down)
}

/** Those of the workers that the rendered block sends calls to and the live one does not (yet): whether they answer is unknown. */
export function risingWorkers(
  { fleet, observed, upstreamBlock }: Situation,
  workers: readonly Worker[],
): readonly Worker[] {
  const rendered = linesOf(upstreamBlock, fleet.loadBalancer.upstream)
  const live = liveUpstream(fleet, observed)
  if (!rendered) return []
  return workers.filter(worker => isUp(rendered, worker) && !(live.kind === 'found' && isUp(live.lines, worker)))
}
