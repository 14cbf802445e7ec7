import type { Finding, Severity } from '../fleet/finding'
import { type Role, type StyledLine, span } from '../plan/styled-text'
import { LineIndex } from './line-index'

const roles: Readonly<Record<Severity, Role>> = { error: 'refusal', warning: 'warning', information: 'dim' }

/** Findings as compilers print them, one per line, so that editors and terminals can jump to them. */
export function findingLines(file: string, text: string, findings: readonly Finding[]): readonly StyledLine[] {
  const index = new LineIndex(text)
  return findings.map(({ range, severity, message, code }) => {
    const { line, column } = index.positionOf(range.start)
    return [
      span('plain', `${file}:${line}:${column}: `),
      span(roles[severity], severity),
      span('plain', `: ${message} `),
      span('dim', `[${code}]`),
    ]
  })
}
