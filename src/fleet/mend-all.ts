import { checkFleet, type FleetCheck } from './check'
import { type FleetDocument, parseFleetDocument } from './document'
import type { Fix } from './finding'
import { applyTextEdits, type TextEdit } from './text'

/** At most this many fixes are tried one by one: each is a whole check, and this runs when a file is saved. */
const mostTried = 20

/**
 * The edits of all safe fixes of a text: neither each alone nor all together introduce an error. None while
 * the text has a syntax error, because its meaning is unknown. Fixes that conflict with another are left for the person.
 */
export function safeMends(document: FleetDocument, { findings }: Pick<FleetCheck, 'findings'>): readonly TextEdit[] {
  if (document.syntax.length > 0) return []
  const most = errorsIn(findings)
  const isSound = (edits: readonly TextEdit[]): boolean => {
    const mended = parseFleetDocument(applyTextEdits(document.text, edits))
    return mended.syntax.length === 0 && errorsIn(checkFleet(mended).findings) <= most
  }
  // What a warning would add may exist already, mistyped: errors come first.
  const safe = findings
    .toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
    .flatMap(({ fixes }) => fixes.filter(fix => fix.safe).slice(0, 1))
  const together = joined(safe, () => true)
  return together.length === 0 || isSound(together) ? together : joined(safe.slice(0, mostTried), isSound)
}

function joined(fixes: readonly Fix[], isSound: (edits: readonly TextEdit[]) => boolean): readonly TextEdit[] {
  let taken: readonly TextEdit[] = []
  for (const { edits } of fixes) {
    const isFree = edits.every(({ range }) =>
      taken.every(other => range.end < other.range.start || range.start > other.range.end),
    )
    if (isFree && isSound([...taken, ...edits])) taken = [...taken, ...edits]
  }
  return taken
}

const errorsIn = (findings: FleetCheck['findings']): number =>
  findings.filter(({ severity }) => severity === 'error').length
