import { loadFleet } from '../apply/session'
import { upstreamBlock } from '../apply/upstream-block'
import { observe } from '../observe/observe'
import { findDrift } from '../plan/drift'
import { workerStates } from '../plan/state'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'
import { type FleetStatus, statusJson, statusLines } from './status-lines'
import { withConnections } from './with-connections'

/** Prints the state of the servers and what differs from the file. 0 nothing, 1 something, 3 a server cannot be reached. */
export async function status(
  { file, json }: Extract<Command, { name: 'status' }>,
  console: Console,
): Promise<ExitCode> {
  const { fleet } = loadFleet(file, await readOwnFleetFile(file))
  const block = await upstreamBlock(fleet, file)
  const observed = await withConnections(console, connections => observe(fleet, connections, {}))
  const found: FleetStatus = {
    fleet,
    observed,
    states: workerStates(fleet, observed),
    drifts: findDrift({ fleet, observed, upstreamBlock: block }),
    reached: observed.loadBalancer.reachable && Object.values(observed.servers).every(server => server.reachable),
  }
  if (json) console.write(`${statusJson(found)}\n`)
  else console.lines(statusLines(found, file))
  if (!found.reached) return exitCode.refused
  return found.drifts.length > 0 ? exitCode.failed : exitCode.done
}
