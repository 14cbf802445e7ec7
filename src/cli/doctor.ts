import { loadFleet } from '../apply/session'
import { type CheckResult, unreached } from '../doctor/diagnose'
import { doctor as examineAll } from '../doctor/doctor'
import { checkLines, doctorJson, machineLines, summaryLines } from '../doctor/doctor-lines'
import { span } from '../plan/styled-text'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'
import { withConnections } from './with-connections'

/**
 * Checks the connection to every server, and what Fleet Ops needs there. 0 all checks passed, 1 one failed, 3 a server cannot be
 * reached.
 */
export async function doctor(
  { file, json }: Extract<Command, { name: 'doctor' }>,
  console: Console,
): Promise<ExitCode> {
  const { fleet } = loadFleet(file, await readOwnFleetFile(file))
  const results: CheckResult[] = []
  if (!json) console.lines([[span('title', `fleet ${fleet.name}`)]])
  await withConnections(console, async connections => {
    for await (const result of examineAll(fleet, connections, { environment: console.environment })) {
      if (!json && results.at(-1)?.machine !== result.machine) console.lines(machineLines(fleet, result.machine))
      if (!json) console.lines(checkLines(result))
      results.push(result)
    }
  })
  if (json) console.write(`${doctorJson(fleet, results)}\n`)
  else console.lines(summaryLines(results))
  if (results.some(unreached)) return exitCode.refused
  return results.some(({ verdict }) => verdict.kind === 'failed') ? exitCode.failed : exitCode.done
}
