import { prepare } from '../apply/session'
import { planJson } from '../plan/plan-json'
import { planLines } from '../plan/plan-text'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'
import { tokenOf } from './voxbridge-token'
import { withConnections } from './with-connections'

/** Prints what an operation would do now; changes nothing. Exit code 3 if it would be refused. */
export async function plan(
  { file, operation, given, json }: Extract<Command, { name: 'plan' }>,
  console: Console,
): Promise<ExitCode> {
  const text = await readOwnFleetFile(file)
  const prepared = await withConnections(console, connections =>
    prepare(operation, given, { path: file, text, connections, voxbridgeToken: tokenOf(console) }),
  )
  if (json) console.write(`${planJson(prepared.plan)}\n`)
  else console.lines(planLines(prepared.plan, text))
  return prepared.plan.refusals.length > 0 ? exitCode.refused : exitCode.done
}
