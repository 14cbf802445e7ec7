import type { FleetDocument } from './document'
import type { Finding, FindingCode } from './finding'
import { findingRules } from './findings'
import type { FindingRule, Found } from './findings/rule'
import type { Fleet } from './fleet'
import { resolveFleet } from './resolve'
import { silenced } from './silenced'
import { checkStructure } from './structure'
import { visible } from './words'

export interface FleetCheck {
  /** In text order. */
  readonly findings: readonly Finding[]
  /** The fleet that the text describes; undefined if it has a syntax or schema error, and for an empty file. */
  readonly fleet: Fleet | undefined
  /** The fleet as far as the text is valid, to show while someone types; undefined if hardly anything is. */
  readonly known: Fleet | undefined
}

/** Finds everything that is wrong with a document. Pure, and never throws. */
export function checkFleet(document: FleetDocument): FleetCheck {
  const structure = checkStructure(document)
  const tabs = document.syntax.filter(({ range }) => document.text.charAt(range.start) === '\t')
  // A tab as indentation puts keys where nobody meant them: every other finding would be a consequence.
  if (tabs.length > 0)
    return { findings: tabs, fleet: undefined, known: structure.sound && resolveFleet(structure.sound) }
  const structural = structure.findings.filter(finding => !silenced(document, finding))
  const sound = structure.sound && { document, file: structure.sound, fleet: resolveFleet(structure.sound) }
  const meaning = sound
    ? findingRules
        .flatMap(rule => [...rule.find(sound)].map(found => toFinding(rule, found)))
        // With a syntax error the parsed meaning is a guess, so offer no fixes.
        .map(finding => (document.syntax.length > 0 ? { ...finding, fixes: [] } : finding))
        .filter(finding => isOwn(finding, structure.findings) && !silenced(document, finding))
    : []
  const findings = [...document.syntax, ...structural, ...meaning]
    .toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)
    // Messages quote the file, and may be printed in a terminal.
    .map(finding => ({ ...finding, message: visible(finding.message) }))
  const whole = document.syntax.length === 0 && structural.length === 0
  return { findings, fleet: whole ? sound?.fleet : undefined, known: sound?.fleet }
}

function toFinding({ code, severity }: FindingRule, found: Found): Finding {
  return { related: [], fixes: [], ...found, code, severity }
}

const unreadable: ReadonlySet<FindingCode> = new Set(['wrong-type', 'invalid-value'])

/**
 * Whether a finding has a cause of its own: where a value breaks the schema, rules see a different value or none. What looks like a
 * secret is reported regardless.
 */
function isOwn({ code, range, related }: Finding, structural: readonly Finding[]): boolean {
  if (code === 'secret-in-file') return true
  const about = [range, ...related.map(place => place.range)]
  return !structural.some(
    wrong =>
      unreadable.has(wrong.code) && about.some(({ start, end }) => wrong.range.start < end && start < wrong.range.end),
  )
}
