import { applyPlan } from '../apply/apply-plan'
import { operatorHere } from '../apply/operator'
import { type Prepared, prepare } from '../apply/session'
import type { RunLog } from '../files/run-log'
import { messageOf } from '../fleet/message-of'
import { commandWords, type OperationCall } from '../plan/operation-call'
import { isNothing } from '../plan/plan'
import { leftLines, planLines } from '../plan/plan-text'
import { shellWord } from '../plan/shell-word'
import { plainText, type StyledLine, span } from '../plan/styled-text'
import type { Connections } from '../remote/connection'
import { isAgreed } from './agreement'
import type { Command } from './arguments'
import { CliError } from './cli-error'
import type { Console } from './console'
import { eventLines } from './event-lines'
import { type ExitCode, exitCode, exitCodeOf } from './exit-code'
import { readOwnFleetFile, replaceFleetFile } from './fleet-file'
import { takeInterruptions } from './interruption'
import { makeLastEdit } from './last-edit'
import { beginRunLog } from './run-log'
import { tokenOf } from './voxbridge-token'
import { withConnections } from './with-connections'

type RunCommand = Extract<Command, { name: 'run' }>

/** Shows what an operation would do, asks for confirmation, edits fleet.yaml if that is part of it, and carries it out. */
export async function run(command: RunCommand, console: Console): Promise<ExitCode> {
  const { file, operation, given } = command
  if (!command.yes && !console.interactive)
    throw new CliError('this needs confirmation, and there is no terminal to ask on', {
      remedy: 'review the plan with fleet-ops plan, then add --yes',
    })
  const text = await readOwnFleetFile(file)
  return withConnections(console, async connections => {
    const prepared = await prepare(operation, given, {
      path: file,
      text,
      connections,
      voxbridgeToken: tokenOf(console),
    })
    console.lines(planLines(prepared.plan, text))
    if (prepared.plan.refusals.length > 0) return exitCode.refused
    if (isNothing(prepared.plan)) return exitCode.done
    const agreed = await isAgreed(command, prepared.plan, console)
    if (agreed !== 'yes') return agreed === 'no' ? exitCode.cancelled : exitCode.refused
    return logged(console, prepared, text, () => carryOut(command, { prepared, before: text }, connections, console))
  })
}

/**
 * Logs everything a run prints, starting with its plan, and says where if the run did not succeed. A failure to log does not stop the
 * run.
 */
async function logged(
  console: Console,
  { plan, fleet }: Prepared,
  text: string,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  let log: RunLog | undefined
  try {
    log = beginRunLog(console, `${fleet.name} ${plan.operation}`, Date.now())
    log.write(plainText([...planLines(plan, text), []]))
  } catch (error) {
    console.note([[span('warning', `This run is not logged: ${(error as Error).message}`)]])
  }
  const record = (lines: readonly StyledLine[]) => log?.write(plainText(lines))
  try {
    const code = await console.recording(record, work)
    if (code !== exitCode.done && log) console.note([[span('dim', `log: ${log.path}`)]])
    return code
  } catch (error) {
    record([[span('refusal', `error: ${messageOf(error)}`)]])
    throw error
  } finally {
    log?.close()
  }
}

async function carryOut(
  command: RunCommand,
  { prepared, before }: { readonly prepared: Prepared; readonly before: string },
  connections: Connections,
  console: Console,
): Promise<ExitCode> {
  const { file } = command
  const { plan, fleet, planAgain, text } = prepared
  const again = `fleet-ops run ${commandWords(resumed(command))} ${shellWord(file)} --yes${command.lessRoom ? ' --less-room' : ''}`
  let steps = plan.steps.length
  const interruption = takeInterruptions(which => console.note([[span('warning', interruptionWords[which])]]))
  try {
    const outcome = await applyPlan(plan, {
      fleet,
      connections,
      planAgain,
      signal: interruption.cancel,
      abandon: interruption.abandon,
      owner: operatorHere(),
      again,
      voxbridgeToken: tokenOf(console),
      edit: async () => {
        if (text === before) return
        await replaceFleetFile(file, before, text)
        console.lines([[], [span('done', `Edited ${file}`)]])
      },
      onEvent: event => {
        if (event.kind === 'run-started') steps = event.plan.steps.length
        console.lines(eventLines(event, steps))
      },
    })
    if (outcome.kind === 'done' || outcome.kind === 'nothing-to-do') {
      const code = await (plan.editsAfter ? makeLastEdit(file, prepared.lastEdit, console) : exitCode.done)
      console.lines(leftLines(plan))
      return code
    }
    if (outcome.kind === 'refused' && outcome.plan) console.lines([[], ...planLines(outcome.plan, text)])
    return exitCodeOf[outcome.kind]
  } finally {
    interruption.dispose()
  }
}

/** The command that finishes a failed run: `--all` would start over. */
function resumed({ operation, given: { all, ...given } }: RunCommand): OperationCall {
  return { operation: operation.name, given }
}

const interruptionWords = {
  cancel:
    'Cancelling: finishing or undoing the current step, and bringing drained workers back. Interrupt again to stop waiting for a restart.',
  abandon: 'No longer waiting; bringing drained workers back.',
} as const
