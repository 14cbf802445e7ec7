import { StringDecoder } from 'node:string_decoder'
import { t } from '@vscode/l10n'
import { withoutControls } from '../fleet/without-controls'
import { type Connection, RemoteError, type RunOptions } from '../remote/connection'
import { LineSplitter } from '../remote/script-channel'
import { type ScriptName, scriptExit } from '../remote/scripts'
import { asRootIfPossible } from './as-root-if-possible'

/** How many lines of a journal are shown by default. */
export const usualLines = 100

export interface JournalOptions {
  /** The full unit name, such as `voxcore@3.service`. */
  readonly unit: string
  /** How many of the last lines to begin with. */
  readonly lines: number
  /** Whether to continue with every new line until `signal` aborts. */
  readonly follow: boolean
  readonly signal: AbortSignal
  /** Called with each line, without its line end and safe for a terminal. */
  readonly onLine: (line: string) => void
  /** Awaited before more is read: the reader may be slower than the server. */
  readonly ready?: () => Promise<void>
}

/**
 * Reads a unit's journal, as root or, where becoming root is not possible, as the login user. Resolves at the end of the journal, or
 * when `signal` aborts, which also ends what runs on the server. Throws RemoteError if it cannot be read or the connection breaks.
 */
export async function readJournal(connection: Connection, options: JournalOptions): Promise<void> {
  try {
    await asRootIfPossible(privilege => read(connection, options, privilege))
  } catch (error) {
    if (!options.signal.aborted) throw error
  }
}

async function read(
  connection: Connection,
  { unit, lines, follow, signal, onLine, ready }: JournalOptions,
  privilege: RunOptions,
): Promise<void> {
  const script: ScriptName = follow ? 'follow-journal' : 'journal'
  // Bytes rather than lines: a journal followed for days is not kept in memory.
  const { input, output, result } = await connection.pipe(script, [unit, String(lines)], { ...privilege, signal })
  const decoder = new StringDecoder('utf8')
  const splitter = new LineSplitter(line => onLine(withoutControls(line)))
  try {
    if (!follow) input.end()
    for await (const piece of output) {
      splitter.push(decoder.write(piece as Buffer))
      await ready?.()
    }
    splitter.push(decoder.end())
    splitter.end()
    const { exitCode, stderr } = await result
    if (exitCode !== scriptExit.done)
      throw new RemoteError(
        connection.machine.name,
        'run',
        withoutControls(stderr.trim()) || t('{0} exited with {1}.', script, exitCode),
      )
  } finally {
    input.end()
    result.catch(() => {})
  }
}
