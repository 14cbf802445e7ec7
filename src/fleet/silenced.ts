import type { FleetDocument } from './document'
import type { Finding, FindingCode } from './finding'

const comment = /#\s*fleet-ops-disable-next-line\s+([a-z-]+(?:[\s,]+[a-z-]+)*)\s*$/

/** Without a value that can be read there is nothing to go on with: silence would not make the file say more. */
const unsilenceable: ReadonlySet<FindingCode> = new Set(['yaml-syntax', 'wrong-type', 'missing-key', 'invalid-value'])

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
