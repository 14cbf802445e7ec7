import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { t } from '@vscode/l10n'
import type { WorkerTarget } from '../plan/plan'
import { scriptExit } from '../remote/scripts'
import { ApplyError } from './apply-error'
import { type Changed, runChange } from './run-change'
import type { StepContext } from './step-context'

const timeoutMilliseconds = 120_000

/** The file with the upstream block, as it is to become. */
export interface UpstreamWrite {
  readonly server: string
  readonly file: string
  readonly text: string
  /** Its current text; undefined if there is no such file yet. */
  readonly before: string | undefined
  /** The workers that it marks `down` only for the duration of the run: without these marks the file is meant to stay. */
  readonly draining: readonly WorkerTarget[]
}

/**
 * Writes the file, has nginx test it and reloads nginx (src/remote/scripts/write-upstream.sh). The guardian restores the file from
 * before the first write that drains. Waits until `signal` aborts at the latest. Throws as runChange does, with nginx's own words
 * and the line that they refer to.
 */
export async function writeUpstreamFile(
  write: UpstreamWrite,
  context: StepContext,
  signal: AbortSignal = context.limits.change,
): Promise<Changed> {
  const { server, file, text, before, draining } = write
  const mode = draining.length > 0 ? 'drain' : 'settle'
  const expected = before === undefined ? '-' : createHash('sha256').update(before, 'utf8').digest('hex')
  // Compressed, because all of it is one argument: thousands of workers fit into one command line.
  const content = gzipSync(text).toString('base64')
  try {
    const args = [file, expected, mode, content]
    return await runChange(context, server, 'write-upstream', args, { timeoutMilliseconds, signal })
  } catch (error) {
    throw error instanceof ApplyError && error.exitCode === scriptExit.nginxRefused ? withLine(error, write) : error
  }
}

/** nginx names a line of the file, which has been restored by then: show the line from the text that was tried. */
function withLine(error: ApplyError, { file, text }: UpstreamWrite): ApplyError {
  const number = Number.parseInt(error.message.split(`${file}:`)[1] ?? '', 10)
  const line = text.split('\n')[number - 1]?.trim()
  if (!line) return error
  const { server, message, remedy, exitCode } = error
  const shown = t('{0}, where the new file says "{1}"', message, line)
  return new ApplyError(server, shown, { remedy, exitCode, cause: error })
}
