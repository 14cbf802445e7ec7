import type { TextEdit, TextRange } from './text'

export type Severity = 'error' | 'warning' | 'information'

export const findingCodes = [
  'yaml-syntax',
  'unknown-key',
  'wrong-type',
  'missing-key',
  'invalid-value',
  'unknown-server',
  'unknown-worker',
  'duplicate-address',
  'duplicate-worker',
  'port-out-of-range',
  'loopback-address',
  'invalid-address',
  'backup-not-allowed',
  'no-live-worker',
  'secret-in-file',
  'worker-over-core',
  'server-over-cores',
  'server-over-memory',
  'unit-port',
  'max-conns-mismatch',
  'max-conns-zone',
  'no-spare-worker',
  'insecure-url',
  'unsafe-template',
] as const

export type FindingCode = (typeof findingCodes)[number]

/** A fix of a finding, as edits of the text that it was found in. */
export interface Fix {
  readonly title: string
  readonly edits: readonly TextEdit[]
  /** Safe to apply without looking, and so part of "fix all". */
  readonly safe: boolean
}

/** Another place in the same text that the finding is about, such as the first of two equal addresses. */
export interface RelatedPlace {
  readonly range: TextRange
  readonly message: string
}

/** Something in a fleet.yaml that is wrong or unwise: exactly where, and what to do about it. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly range: TextRange
  readonly message: string
  readonly related: readonly RelatedPlace[]
  readonly fixes: readonly Fix[]
}
