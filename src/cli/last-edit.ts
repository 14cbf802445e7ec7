import { applyTextEdits, type TextEdit } from '../fleet/text'
import { span } from '../plan/styled-text'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile, replaceFleetFile } from './fleet-file'

/**
 * Makes the edit of fleet.yaml that a plan keeps for the end, in the file as somebody may have changed it meanwhile. What hinders it is
 * said, and is a failure: the servers are as they should be by then.
 */
export async function makeLastEdit(
  file: string,
  lastEdit: (text: string) => readonly TextEdit[],
  console: Pick<Console, 'lines' | 'note'>,
): Promise<ExitCode> {
  try {
    const text = await readOwnFleetFile(file)
    const edits = lastEdit(text)
    if (edits.length === 0) return exitCode.done
    await replaceFleetFile(file, text, applyTextEdits(text, edits))
    console.lines([[span('done', `Edited ${file}`)]])
    return exitCode.done
  } catch (error) {
    const { message, remedy = 'put that right' } = error as Error & { remedy?: string }
    console.note([
      [span('refusal', 'Failed: '), span('plain', `the servers are as they should be, but ${message}`)],
      [
        span('dim', 'what to do: '),
        span('plain', `${remedy}; then run it again: only fleet.yaml is left to be edited`),
      ],
    ])
    return exitCode.failed
  }
}
