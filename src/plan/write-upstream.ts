import type { Worker } from '../fleet/fleet'
import { graftLines } from '../nginx/graft-lines'
import { removeLines } from '../nginx/remove-lines'
import { replaceUpstream } from '../nginx/replace'
import { liveUpstream } from './live-upstream'
import type { Situation } from './operation'
import type { WriteUpstreamStep } from './plan'

/**
 * The step that makes the live file's block the rendered one. The rest of the file stays; a missing file is created.
 */
export function writeRendered(situation: Situation, title: string): WriteUpstreamStep {
  const before = liveText(situation)
  return writeStep(
    situation,
    title,
    replaceUpstream(before, situation.fleet.loadBalancer.upstream, situation.upstreamBlock),
  )
}

/**
 * The steps that make the live lines of these workers what they are in the rendered block, remove those of `leaving`, and touch no
 * other line: one, or none.
 */
export function writeLines(
  situation: Situation,
  title: string,
  workers: readonly Worker[],
  leaving: readonly Worker[] = [],
): readonly WriteUpstreamStep[] {
  const { fleet, upstreamBlock } = situation
  const live = liveUpstream(fleet, situation.observed)
  if (live.kind !== 'found' || live.lines.size === 0) return [writeRendered(situation, title)]
  const before = live.text
  const { upstream } = fleet.loadBalancer
  const grafted = graftLines(before, upstreamBlock, upstream, addressesOf(workers))
  const text = removeLines(grafted, upstream, addressesOf(leaving))
  return text === before ? [] : [writeStep(situation, title, text)]
}

const addressesOf = (workers: readonly Worker[]): ReadonlySet<string> =>
  new Set(workers.map(worker => worker.upstreamAddress))

function liveText({ fleet, observed }: Situation): string | undefined {
  const live = liveUpstream(fleet, observed)
  return live.kind === 'unknown' ? undefined : live.text
}

function writeStep(situation: Situation, title: string, text: string): WriteUpstreamStep {
  const { machine, file } = situation.fleet.loadBalancer
  const before = liveText(situation)
  const step = { kind: 'write-upstream', server: machine.name, title, file, text, draining: [] } as const
  return before === undefined ? step : { ...step, before }
}
