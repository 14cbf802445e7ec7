import { upstreamBlock } from '../../../src/apply/upstream-block'
import { observe } from '../../../src/observe/observe'
import { findDrift } from '../../../src/plan/drift'
import type { Lab } from '../fixture/lab'
import type { Operator } from '../fixture/session'

/** What differs from fleet.yaml, in words, as `fleet-ops status` says it. */
export async function driftOf({ path, connections, prepare }: Operator): Promise<readonly string[]> {
  const { fleet } = await prepare('apply')
  const situation = {
    fleet,
    observed: await observe(fleet, connections),
    upstreamBlock: await upstreamBlock(fleet, path),
  }
  return findDrift(situation).map(({ message }) => message)
}

/** The `server` lines of an upstream in a file on core-1, without what surrounds them. */
export async function linesOf(lab: Lab, file: string): Promise<readonly string[]> {
  const text = await lab.shell('core-1', `cat ${file}`)
  return Array.from(text.matchAll(/^\s*server\s+(.+);/gm), match => match[1] ?? '')
}
