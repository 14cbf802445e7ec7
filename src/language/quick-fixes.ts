import { type CodeAction, CodeActionKind, type Range } from 'vscode-languageserver/node'
import type { FleetDocument } from '../fleet/document'
import type { Finding } from '../fleet/finding'
import { diagnosticOf } from './diagnostics'
import { rangeIn } from './positions'

/** The mends of the findings that a range touches, the safe ones preferred. */
export function quickFixes(
  document: FleetDocument,
  uri: string,
  findings: readonly Finding[],
  range: Range,
): CodeAction[] {
  return findings
    .filter(finding => touches(rangeIn(document, finding.range), range))
    .flatMap(finding =>
      finding.fixes.map(({ title, edits, safe }) => ({
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(document, uri, finding, { related: false })],
        isPreferred: safe,
        edit: {
          changes: { [uri]: edits.map(edit => ({ range: rangeIn(document, edit.range), newText: edit.newText })) },
        },
      })),
    )
}

function touches(a: Range, b: Range): boolean {
  const isBefore = (first: Range, second: Range) =>
    first.end.line < second.start.line ||
    (first.end.line === second.start.line && first.end.character < second.start.character)
  return !isBefore(a, b) && !isBefore(b, a)
}
