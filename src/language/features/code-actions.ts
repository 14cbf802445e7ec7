import { t } from '@vscode/l10n'
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionRequest,
  type Diagnostic,
} from 'vscode-languageserver/node'
import type { Finding } from '../../fleet/finding'
import { newlineOf } from '../../fleet/lines'
import { safeMends } from '../../fleet/mend-all'
import { canBeSilenced } from '../../fleet/silenced'
import type { TextEdit } from '../../fleet/text'
import type { CheckedDocument } from '../checked-document'
import { diagnosticOf } from '../diagnostics'
import { type FeatureContext, feature } from '../feature'

const fixAllKind = `${CodeActionKind.SourceFixAll}.fleetOps`

/** The fixes of the findings at the cursor, a way to silence them, and all safe fixes of the file at once. */
export const codeActions = feature({
  request: CodeActionRequest.type,
  asks: ['range', 'context'],
  offer: client =>
    client.codeActions ? { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] } } : undefined,
  answer: (checked, asked, context): CodeAction[] => [
    ...(wanted(CodeActionKind.QuickFix, asked.context.only) ? quickFixes(checked, asked, context) : []),
    ...(wanted(fixAllKind, asked.context.only) ? fixAll(checked) : []),
  ],
})

/** Kinds are a hierarchy: a client that wants `source` wants `source.fixAll.fleetOps` (LSP, "CodeActionKind"). */
function wanted(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined
    ? kind === CodeActionKind.QuickFix
    : only.some(wide => wide === '' || kind === wide || kind.startsWith(`${wide}.`))
}

function quickFixes(checked: CheckedDocument, asked: CodeActionParams, context: FeatureContext): CodeAction[] {
  const start = checked.offsetAt(asked.range.start)
  const end = checked.offsetAt(asked.range.end)
  const touched = checked.findings.filter(({ range }) => range.start <= end && range.end >= start)
  const about = (finding: Finding): Diagnostic[] => [diagnosticOf(checked, finding, context)]
  const mends = touched.flatMap(finding =>
    finding.fixes.map(({ title, edits, safe }) => ({
      ...action(checked, CodeActionKind.QuickFix, title, edits),
      diagnostics: about(finding),
      isPreferred: safe,
    })),
  )
  const silences = touched
    .filter(({ code }) => canBeSilenced(code))
    .map(finding => ({
      ...action(checked, CodeActionKind.QuickFix, t('Disable {0} for this line', finding.code), [
        silence(checked, finding),
      ]),
      diagnostics: about(finding),
    }))
  return [...mends, ...silences]
}

function fixAll(checked: CheckedDocument): CodeAction[] {
  const edits = safeMends(checked.document, checked)
  return edits.length === 0 ? [] : [action(checked, fixAllKind, t('Apply all safe fixes'), edits)]
}

function action(checked: CheckedDocument, kind: string, title: string, edits: readonly TextEdit[]): CodeAction {
  return { title, kind, edit: { changes: { [checked.uri]: edits.map(edit => checked.editOf(edit)) } } }
}

/** Adds a comment above a finding's line that silences it, or its code to the existing comment. */
function silence({ text }: CheckedDocument, { code, range }: Finding): TextEdit {
  const lineStart = Math.max(text.lastIndexOf('\n', range.start - 1) + 1, text.startsWith('\uFEFF') ? 1 : 0)
  const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1)).trimEnd()
  if (lineStart > 0 && /#\s*fleet-ops-disable-next-line\s+[a-z]/.test(above)) {
    const end = text.lastIndexOf('\n', lineStart - 2) + 1 + above.length
    return { range: { start: end, end }, newText: `, ${code}` }
  }
  const spaces = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const newText = `${spaces}# fleet-ops-disable-next-line ${code}${newlineOf(text)}`
  return { range: { start: lineStart, end: lineStart }, newText }
}
