import type { ServerChannel } from 'ssh2'
import { wordsOf } from './command-line'
import { followJournal } from './follow-journal'
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

/** Answers a script once its last line has arrived; `rest` is what was sent after it. */
type Answer = (server: SimulatedServer, args: readonly string[], channel: ServerChannel, rest: string) => void

/** The scripts that end by themselves, by the name in their first line. */
const ending: Readonly<Record<string, AnswerScript>> = {
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

const answers: ReadonlyMap<string, Answer> = new Map([
  ...Object.entries(ending).map(([name, answer]) => [name, endsByItself(answer)] as const),
  // Scripts that read or print for longer.
  ['lock', holdLock],
  ['follow-journal', followJournal],
  ['send-tree', sendTree],
  ['receive-tree', receiveTree],
])

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
  // A client that goes away midway is no reason for the whole demo to end.
  channel.on('error', () => {})
  channel.stderr.on('error', () => {})
  channel.setEncoding('utf8')
  channel.on('data', (text: string) => {
    if (begun) return
    input += text
    // A script runs once its last line has arrived, as in a shell; the script reads what comes after that.
    const end = lastLine.exec(input)
    if (!end) return
    begun = true
    answerScript(server, input.slice(0, end.index), args, channel, input.slice(end.index + end[0].length))
  })
  channel.on('end', () => {
    if (!begun) finish(channel, 0)
  })
}

function answerScript(
  server: SimulatedServer,
  script: string,
  args: readonly string[],
  channel: ServerChannel,
  rest: string,
): void {
  const answer = answers.get(/^# fleet-ops: ([a-z-]+)\n/.exec(script)?.[1] ?? '')
  if (answer) {
    begin(channel)
    answer(server, args, channel, rest)
  } else {
    channel.stderr.write('this is no script of Fleet Ops\n')
    finish(channel, 64)
  }
}

function endsByItself(answer: AnswerScript): Answer {
  return (server, args, channel) => {
    const { exitCode, stdout = '', stderr = '', takes = 20 } = answer(server, args)
    setTimeout(() => {
      channel.write(stdout)
      channel.stderr.write(stderr)
      finish(channel, exitCode)
    }, takes)
  }
}

/** Every script prints this line first on both of its outputs; its own output follows. */
function begin(channel: ServerChannel): void {
  channel.write('# fleet-ops begins\n')
  channel.stderr.write('# fleet-ops begins\n')
}

function finish(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode)
  channel.end()
}
