import { applyTextEdits, type TextEdit } from '../fleet/text'
import { span } from '../plan/styled-text'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile, replaceFleetFile } from './fleet-file'

/**
 * Makes the edit of fleet.yaml that a plan keeps for the end, in the file's current text, which may have changed meanwhile. A problem
 * is reported as a failure, although the servers match the plan by then.
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
    const { message, remedy = 'fix that' } = error as Error & { remedy?: string }
    console.note([
      [span('refusal', 'Failed: '), span('plain', `the servers match the plan, but ${message}`)],
      [span('dim', 'what to do: '), span('plain', `${remedy}; then run it again: only the edit of fleet.yaml remains`)],
    ])
    return exitCode.failed
  }
}
