import type { FleetDocument } from './document'
import type { Finding } from './finding'
import { findingRules } from './findings'
import type { Fleet } from './fleet'
import { resolveFleet } from './resolve'
import { silenced } from './silenced'
import { checkStructure } from './structure'

export interface FleetCheck {
  /** In the order of the text. */
  readonly findings: readonly Finding[]
  /** The fleet that the text describes; undefined while it breaks the syntax or the schema, and for an empty file. */
  readonly fleet: Fleet | undefined
  /** The fleet as far as the text is right, to show while someone types; undefined where hardly anything is. */
  readonly known: Fleet | undefined
}

/** Everything there is to say about a document. Pure, and never throws. */
export function checkFleet(document: FleetDocument): FleetCheck {
  const structure = checkStructure(document)
  const sound = structure.sound && { file: structure.sound, fleet: resolveFleet(structure.sound) }
  const meaning = sound
    ? findingRules.flatMap(rule =>
        [...rule.find({ document, ...sound })].map(found => ({
          related: [],
          fixes: [],
          ...found,
          code: rule.code,
          severity: rule.severity,
        })),
      )
    : []
  const findings = [...document.syntax, ...structure.findings, ...meaning]
    .filter(finding => !silenced(document, finding))
    .toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)
  const whole = document.syntax.length === 0 && structure.findings.length === 0
  return { findings, fleet: whole ? sound?.fleet : undefined, known: sound?.fleet }
}
