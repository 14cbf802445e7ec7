import type { FleetDocument } from './document'
import type { Finding, FindingCode } from './finding'

const comment = /#\s*fleet-ops-disable-next-line\s+([a-z-]+(?:[\s,]+[a-z-]+)*)\s*$/

/** Errors that a comment cannot overrule. The other codes are about things that a person may know better. */
const unsilenceable: ReadonlySet<FindingCode> = new Set([
  // Without a readable value nothing else can work: silencing would not change that.
  'yaml-syntax',
  'wrong-type',
  'missing-key',
  'invalid-value',
  'unknown-server',
  // nginx would reject the upstream, or read it as a different one.
  'port-out-of-range',
  'invalid-address',
  'backup-not-allowed',
  // The author of the file could have a program run on the machine of everyone who opens it.
  'unsafe-template',
])

/** Whether a comment may silence findings of this code. */
export const canBeSilenced = (code: FindingCode): boolean => !unsilenceable.has(code)

/** Whether the line above a finding silences it: `# fleet-ops-disable-next-line CODE`. */
export function silenced(document: FleetDocument, { code, range }: Finding): boolean {
  if (!canBeSilenced(code) || !document.text.includes('fleet-ops-disable-next-line')) return false
  const startOfLine = document.text.lastIndexOf('\n', range.start - 1) + 1
  const above = document.text
    .slice(document.text.lastIndexOf('\n', startOfLine - 2) + 1, Math.max(0, startOfLine - 1))
    .trimEnd()
  return (
    comment
      .exec(above)?.[1]
      ?.split(/[\s,]+/)
      .includes(code) ?? false
  )
}
