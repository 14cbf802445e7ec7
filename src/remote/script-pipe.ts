import { PassThrough } from 'node:stream'
import { t } from '@vscode/l10n'
import type { PipedScript } from './connection'
import type { Link } from './link'
import { OwnOutput } from './own-output'
import { gather } from './script-channel'

export interface PipeOptions {
  /** Sent before the caller's bytes: the script itself. */
  readonly script: string
  readonly onLine: (line: string) => void
  /** Abandons the command. The streams fail with its reason. */
  readonly signal: AbortSignal
}

/**
 * Starts a command with binary input and output, and resolves once its script has started: until then the shell may still be reading
 * the script, and would treat the caller's bytes as part of it. Rejects as the link does if it cannot be started.
 */
export async function pipeCommand(
  link: Pick<Link, 'exec'>,
  words: string,
  { script, onLine, signal }: PipeOptions,
): Promise<PipedScript> {
  const command = await link.exec(words)
  const input = new PassThrough()
  const output = new PassThrough()
  const stderr = gather(command.stderr, onLine, why => fail(why))
  const begun = begins(command.stdout, output)
  const result = command.exit.then(exitCode => {
    stderr.end()
    return { exitCode, stdout: '', stderr: stderr.text() }
  })
  result.catch(() => {})

  // If the connection breaks, a reader must not see a normal end, nor a writer wait forever.
  for (const stream of [input, output]) stream.on('error', () => {})
  const fail = (error: Error) => {
    input.destroy(error)
    output.destroy(error)
    command.destroy()
  }
  const onAbort = () => fail(signal.reason)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  result
    .then(() => {
      output.end()
      if (!input.readableEnded) input.destroy(new Error(t('the script ended before it had read all that it was sent')))
    }, fail)
    .finally(() => signal.removeEventListener('abort', onAbort))

  // If nobody reads the output, the command blocks on writing and never ends.
  output.on('close', () => {
    if (!output.readableEnded) command.destroy()
  })

  command.stdin.on('error', () => {})
  command.stdin.write(script)
  await Promise.race([begun, result])
  input.pipe(command.stdin)
  return { input, output, result }
}

/** Passes on what follows a script's first line, as fast as it is read; resolves at that line. */
function begins(from: NodeJS.ReadableStream, to: PassThrough): Promise<void> {
  const own = new OwnOutput()
  return new Promise(begun => {
    const look = (piece: Buffer) => {
      const first = own.take(piece)
      if (!own.begun) return
      from.off('data', look)
      if (first.length > 0) to.write(first)
      from.pipe(to, { end: false })
      begun()
    }
    from.on('data', look)
  })
}
