import { adopt as adoptServers } from '../adopt/adopt'
import type { Ask, Question } from '../adopt/choices'
import { machineOf } from '../adopt/host-argument'
import { counted } from '../fleet/words'
import { shellWord } from '../plan/shell-word'
import { span } from '../plan/styled-text'
import type { AdoptCommand } from './adopt-arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { refuseExisting, writeNewFile } from './new-file'
import { withConnections } from './with-connections'

/** Writes a fleet.yaml from running servers: to standard output, or into a new file. 3 if one of them could not be reached. */
export async function adopt(command: AdoptCommand, console: Console): Promise<ExitCode> {
  const { output, force, fleetName, hosts, loadBalancer, ssh, typed, name: _, ...wishes } = command
  const asked = (given: string) => ({ given, machine: machineOf(given, ssh) })
  if (output !== undefined && !force) await refuseExisting(output)
  const { text, drifts, unreachable } = await withConnections(console, connections =>
    adoptServers(
      {
        ...wishes,
        hosts: hosts.map(asked),
        command: typed,
        ...(loadBalancer === undefined ? {} : { loadBalancer: asked(loadBalancer) }),
        ...(fleetName === undefined ? {} : { name: fleetName }),
      },
      { connections, ask: askOn(console) },
    ),
  )
  if (output === undefined) console.write(text)
  else {
    await writeNewFile(output, text, { force })
    console.note([
      [
        span('done', `Wrote ${output}. `),
        span('plain', `Compare it with the servers: fleet-ops status ${shellWord(output)}`),
      ],
    ])
  }
  for (const { given, message } of unreachable)
    console.note([[span('refusal', `${given} was left out: `), span('plain', message)]])
  if (drifts.length > 0)
    console.note([
      [span('warning', `status finds ${counted(drifts.length, 'difference')}: see the first lines of the file`)],
    ])
  return unreachable.length > 0 ? exitCode.refused : exitCode.done
}

const questions: Readonly<Record<Question['about'], string>> = {
  unit: 'Several systemd templates could be the workers',
  upstream: 'Several upstreams lead to the workers',
  'env-file': 'The workers read several files. Which one has the number of calls?',
  'max-calls-variable': 'Which variable says how many calls one worker takes?',
  'workers-variable': 'Which variable says how many workers a server has?',
}

/** Asks with a numbered list if there is a terminal. */
const askOn =
  (console: Console): Ask =>
  async ({ about, options }) => {
    if (!console.interactive) return undefined
    const lines = options.map(
      ({ value, detail }, at) => `  ${at + 1}  ${value}${detail === '' ? '' : `  (${detail})`}\n`,
    )
    const answer = await console.ask(`${questions[about]}\n${lines.join('')}Number: `)
    return options[Number(answer?.trim()) - 1]?.value
  }
