import { checkFleet } from '../fleet/check'
import { parseFleetDocument } from '../fleet/document'
import type { Finding, FindingCode, Severity } from '../fleet/finding'
import { counted } from '../fleet/words'
import { span } from '../plan/styled-text'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { findingLines } from './finding-lines'
import { isOurs, readFleetFile } from './fleet-file'
import { LineIndex } from './line-index'
import { sayError } from './say-error'

/** A finding as `validate --json` prints it: lines and columns from 1, columns in UTF-16 code units, the end exclusive. */
interface FindingRecord {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly severity: Severity
  readonly code: FindingCode
  readonly message: string
}

/** Prints the findings of each file. Exit code 1 if any is an error, 2 if any file cannot be read. */
export async function validate(
  { files, json }: Extract<Command, { name: 'validate' }>,
  console: Console,
): Promise<ExitCode> {
  const results = await Promise.allSettled(files.map(checkFile))
  const checked = results.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  if (json) console.write(`${JSON.stringify(checked.flatMap(recordsOf), null, 2)}\n`)
  else for (const file of checked) sayFile(file, console)
  const unread = results.flatMap(result => (result.status === 'rejected' ? sayError(result.reason, console) : []))
  if (unread[0] !== undefined) return unread[0]
  const findings = checked.flatMap(file => file.findings)
  return findings.some(finding => finding.severity === 'error') ? exitCode.failed : exitCode.done
}

interface CheckedFile {
  readonly file: string
  readonly text: string
  readonly findings: readonly Finding[]
  /** Whether it is one of our files; another tool also uses the name `fleet.yaml`. */
  readonly ours: boolean
}

async function checkFile(file: string): Promise<CheckedFile> {
  const text = await readFleetFile(file)
  if (!isOurs(text)) return { file, text, findings: [], ours: false }
  return { file, text, findings: checkFleet(parseFleetDocument(text)).findings, ours: true }
}

function recordsOf({ file, text, findings }: CheckedFile): readonly FindingRecord[] {
  const index = new LineIndex(text)
  return findings.map(({ range, severity, code, message }) => {
    const start = index.positionOf(range.start)
    const end = index.positionOf(range.end)
    return { file, ...start, endLine: end.line, endColumn: end.column, severity, code, message }
  })
}

function sayFile({ file, text, findings, ours }: CheckedFile, console: Console): void {
  if (!ours) {
    console.note([
      [
        span(
          'dim',
          `${file}: not checked, because it has neither servers nor load_balancer: it looks like another tool's fleet.yaml`,
        ),
      ],
    ])
    return
  }
  console.lines(findingLines(file, text, findings))
  const number = (severity: Severity) => findings.filter(finding => finding.severity === severity).length
  const [errors, warnings, notes] = [number('error'), number('warning'), number('information')]
  const verdict = [
    errors > 0 ? counted(errors, 'error') : 'no errors',
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(notes > 0 ? [counted(notes, 'note')] : []),
  ]
  console.note([[span(errors > 0 ? 'refusal' : 'done', `${file}: ${verdict.join(', ')}`)]])
}
