import type { FleetDocument } from '../document'
import type { Finding, FindingCode, Severity } from '../finding'
import type { Fleet } from '../fleet'
import type { FleetFile } from '../generated/fleet-file'

/** What a rule looks at: the text with its ranges, the valid part of it, and the fleet that this part describes. */
export interface RuleContext {
  readonly document: FleetDocument
  readonly file: FleetFile
  readonly fleet: Fleet
}

/** What a rule finds; its code and severity are the rule's. */
export type Found = Pick<Finding, 'range' | 'message'> & Partial<Pick<Finding, 'related' | 'fixes'>>

/** A rule about the meaning of a fleet.yaml: one file in this folder, listed once in `index.ts`. */
export interface FindingRule {
  readonly code: FindingCode
  readonly severity: Severity
  readonly find: (context: RuleContext) => Iterable<Found>
}

/** Where in the text a path is, or the nearest path above it that exists. */
export function rangeNear(
  document: FleetDocument,
  path: readonly (string | number)[],
  part: 'key' | 'value' = 'value',
): Finding['range'] {
  return (
    document.rangeOf(path, part) ??
    (path.length > 1 ? rangeNear(document, path.slice(0, -1), 'key') : { start: 0, end: 0 })
  )
}
