import type { Worker } from '../fleet/fleet'
import { markDown } from '../nginx/mark-down'
import { replaceUpstream } from '../nginx/replace'
import { liveUpstream } from './live-upstream'
import type { Situation } from './operation'
import type { WriteUpstreamStep } from './plan'

/**
 * The step that makes the live file's block the rendered one, with the lines of `down` marked so beside what the rendering
 * marks. Other bytes of the file stay; a file that is missing is created.
 */
export function writeRendered(situation: Situation, title: string, down: readonly Worker[]): WriteUpstreamStep {
  const { fleet, observed, upstreamBlock } = situation
  const { machine, upstream, file } = fleet.loadBalancer
  const live = liveUpstream(fleet, observed)
  const before = live.kind === 'unknown' ? undefined : live.text
  const rendered = replaceUpstream(before, upstream, upstreamBlock)
  const text = markDown(rendered, upstream, new Set(down.map(worker => worker.upstreamAddress)))
  const step = { kind: 'write-upstream', server: machine.name, title, file, text, draining: [] } as const
  return before === undefined ? step : { ...step, before }
}
