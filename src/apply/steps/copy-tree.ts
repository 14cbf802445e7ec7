import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { t } from '@vscode/l10n'
import type { CopyTreeStep } from '../../plan/plan'
import { sayBytes } from '../../plan/say-bytes'
import type { PipedScript, ScriptResult } from '../../remote/connection'
import { scriptExit } from '../../remote/scripts'
import { Cancelled } from '../apply-error'
import { changeFailure } from '../change-failure'
import { runChange } from '../run-change'
import type { Carry, StepContext } from '../step-context'

const sayEveryMilliseconds = 1_000

/**
 * Copies a directory or a file from one server to another: as an archive through both connections, which passes through this
 * machine's memory in chunks and never its disk. It is kept beside its destination, and moved there once both sides report it complete.
 */
export const copyTree: Carry<CopyTreeStep> = async (step, context) => {
  await transfer(step, context)
  if (context.cancel.aborted) throw new Cancelled()
  const args = [step.tree, step.path, ...(step.install ? ['install'] : [])]
  return (await runChange(context, step.server, 'place-tree', args, { timeoutMilliseconds: 300_000 })).result
}

async function transfer(step: CopyTreeStep, context: StepContext): Promise<void> {
  const { from, server, tree, source, path, without } = step
  const [sender, receiver] = await Promise.all([context.to(from, context.cancel), context.to(server, context.cancel)])
  const options = { privileged: true, signal: context.cancel }
  // Names of files being written, and tar's complaints; never the contents of a file.
  const say = (machine: string) => (line: string) => context.say(machine, line)
  try {
    // The receiver first: it may refuse, and then nothing is read.
    const taking = await receiver.pipe('receive-tree', [context.fleet.name, context.token, tree, path], {
      ...options,
      onLine: say(server),
    })
    taking.output.resume()
    const giving = await sender
      .pipe('send-tree', [tree, source, ...(without === undefined ? [] : [without])], { ...options, onLine: say(from) })
      .catch((error: unknown) => {
        taking.input.destroy()
        throw error
      })
    giving.input.end()
    await passOn(giving, taking, step, context)
  } catch (error) {
    throw context.cancel.aborted ? new Cancelled() : error
  }
}

/** Pipes one script's output into the other's input, and throws the error of the one that failed. */
async function passOn(
  giving: PipedScript,
  taking: PipedScript,
  step: CopyTreeStep,
  context: StepContext,
): Promise<void> {
  const passing = pipeline(giving.output, counting(step, context), taking.input).catch((error: unknown) => error)
  const [broke, given, taken] = await Promise.all([
    passing,
    giving.result.catch((error: unknown) => error),
    // Do not wait for an archive that was not sent whole.
    passing.then(() => taking.result).catch((error: unknown) => error),
  ])
  // The side that failed first knows why; the other only noticed. What could not be passed on was refused by the receiver.
  const sides = [
    [step.from, given],
    [step.server, taken],
  ] as const
  for (const [machine, result] of broke === undefined ? sides : sides.toReversed()) {
    if (isResult(result) && result.exitCode !== scriptExit.done) throw changeFailure(machine, result)
  }
  const error = [broke, given, taken].find(value => value instanceof Error)
  if (error) throw error
}

const isResult = (value: unknown): value is ScriptResult =>
  typeof value === 'object' && value !== null && 'exitCode' in value

/** Passes bytes on and reports the total so far. */
function counting({ server, path }: CopyTreeStep, { clock, say }: StepContext): Transform {
  let bytes = 0
  let saidAt = clock.now()
  return new Transform({
    transform(piece: Buffer, _, done) {
      bytes += piece.length
      if (clock.now() - saidAt >= sayEveryMilliseconds) {
        saidAt = clock.now()
        say(server, t('{0}: {1} so far', path, sayBytes(bytes)))
      }
      done(null, piece)
    },
    flush(done) {
      say(server, t('{0}: {1} in total, compressed', path, sayBytes(bytes)))
      done()
    },
  })
}
