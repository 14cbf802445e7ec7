import { upstreamBlock } from '../../../src/apply/upstream-block'
import { observe } from '../../../src/observe/observe'
import { findDrift } from '../../../src/plan/drift'
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
