import type { ServerChannel } from 'ssh2'
import { wordsOf } from './command-line'
import { holdLock } from './hold-lock'
import { type AnswerScript, nothingToChange } from './scripts/answer'
import { equipment } from './scripts/equipment'
import { examine } from './scripts/examine'
import { firewall } from './scripts/firewall'
import { journal } from './scripts/journal'
import { reload, writeUpstream } from './scripts/nginx'
import { noteRollout } from './scripts/note-rollout'
import { probe } from './scripts/probe'
import { setVariable } from './scripts/set-variable'
import { survey } from './scripts/survey'
import { placeTree, receiveTree, sendTree } from './scripts/trees'
import { unit } from './scripts/unit'
import type { SimulatedServer } from './simulated-server'

/** How the scripts that end by themselves are answered, by the name in their first line. */
const answers: Readonly<Record<string, AnswerScript>> = {
  probe,
  examine,
  survey,
  journal,
  unit,
  reload,
  'set-variable': setVariable,
  firewall,
  'write-upstream': writeUpstream,
  'note-rollout': noteRollout,
  equipment,
  'place-tree': placeTree,
  'create-user': nothingToChange,
  install: nothingToChange,
  'daemon-reload': nothingToChange,
}

/** The scripts that read or print for longer, and are begun before their input ends. `rest` is what came behind the script. */
const ongoing: Readonly<
  Record<string, (server: SimulatedServer, args: readonly string[], channel: ServerChannel, rest: string) => void>
> = {
  lock: holdLock,
  'send-tree': sendTree,
  'receive-tree': receiveTree,
}

/** Every script is one function, which its last line calls. */
const lastLine = /\nfleet_ops "\$@"[^\n]*\n/

/**
 * Answers a command line as a server would: `sudo -n true`, and `sh -s -- ARG…` with one of the constant scripts on standard
 * input. A simulated server has no shell, so it knows a script by its first line, `# fleet-ops: NAME`.
 */
export function answerCommand(server: SimulatedServer, commandLine: string, channel: ServerChannel): void {
  const words = wordsOf(commandLine)
  const plain = words[0] === 'sudo' ? words.slice(words.findIndex(word => word === 'sh' || word === 'true')) : words
  if (plain[0] === 'true') {
    finish(channel, 0)
    return
  }
  if (plain[0] !== 'sh' || plain[1] !== '-s') {
    channel.stderr.write(`${plain[0] ?? ''}: this server is simulated, and runs Fleet Ops's own scripts only\n`)
    finish(channel, 127)
    return
  }
  const args = plain.slice(3)
  let input = ''
  let begun = false
  channel.setEncoding('utf8')
  channel.on('data', (text: string) => {
    input += text
    const name = /^# fleet-ops: ([a-z-]+)\n/.exec(input)?.[1]
    // Some scripts go on after their own last line; every other one ends with its input.
    const end = lastLine.exec(input)
    const goOn = ongoing[name ?? '']
    if (begun || !goOn || !end) return
    begun = true
    begin(channel)
    goOn(server, args, channel, input.slice(end.index + end[0].length))
  })
  channel.on('end', () => {
    if (!begun) answerScript(server, input, args, channel)
  })
}

function answerScript(server: SimulatedServer, input: string, args: readonly string[], channel: ServerChannel): void {
  const name = /^# fleet-ops: ([a-z-]+)\n/.exec(input)?.[1] ?? ''
  const answer = answers[name]
  if (!answer) {
    channel.stderr.write('this is no script of Fleet Ops\n')
    finish(channel, 64)
    return
  }
  begin(channel)
  const { exitCode, stdout = '', stderr = '', takes = 20 } = answer(server, args)
  setTimeout(() => {
    channel.write(stdout)
    channel.stderr.write(stderr)
    finish(channel, exitCode)
  }, takes)
}

/** Every script begins with this line on both of its outputs, after which comes what is its own. */
function begin(channel: ServerChannel): void {
  channel.write('# fleet-ops begins\n')
  channel.stderr.write('# fleet-ops begins\n')
}

function finish(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode)
  channel.end()
}
