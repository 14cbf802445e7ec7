import { describeProblem, type Problem } from './describe-problem'
import type { DocumentPath, FleetDocument } from './document'
import type { Finding } from './finding'
import { fleetSize } from './fleet-size'
import type { FleetFile } from './generated/fleet-file'
import { type SchemaError, validate } from './generated/validate'
import { endOfLine } from './lines'
import { valueAt } from './value-at'

/** What the schema says about a document: what is wrong, and the valid part. */
export interface Structure {
  readonly findings: readonly Finding[]
  /**
   * The file without its invalid parts, for the rules about meaning; missing top-level keys are empty.
   * Undefined if hardly anything is left.
   */
  readonly sound: FleetFile | undefined
}

/** Nobody reads more than this at once. */
const mostFindings = 1_000

/** Checks a document against the schema. One finding per cause. */
export function checkStructure(document: FleetDocument): Structure {
  if (document.value === undefined) return { findings: [], sound: undefined }
  const problems = problemsOf(document.value)
  const findings = problems.slice(0, mostFindings).map(problem => toFinding(document, problem))
  const sound = soundPart(document.value, problems)
  const tooLarge = sound && fleetSize(document, sound)
  return tooLarge ? { findings: [...findings, tooLarge], sound: undefined } : { findings, sound }
}

function problemsOf(value: unknown): readonly Problem[] {
  if (validate(value)) return []
  // A value of the wrong type is not also too small: the first error at a place is its cause.
  const seen = new Set<string>()
  return (validate.errors ?? [])
    .filter(error => error.keyword !== 'propertyNames' && !error.schemaPath.includes('/anyOf/'))
    .map(error => ({ error, path: pathOf(error) }))
    .filter(({ error, path }) => {
      const place = JSON.stringify([path, error.keyword === 'required' ? error.params.missingProperty : ''])
      if (seen.has(place)) return false
      seen.add(place)
      return true
    })
}

/** Where an error is, with the key at fault if ajv reports it apart from its map. */
function pathOf({ instancePath, keyword, params, propertyName }: SchemaError): DocumentPath {
  const path = instancePath
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => (/^\d+$/.test(step) ? Number(step) : step))
  const key: unknown = params.additionalProperty ?? propertyName ?? (keyword === 'not' ? 'host' : params.property)
  return key === undefined ? path : [...path, String(key)]
}

function toFinding(document: FleetDocument, problem: Problem): Finding {
  const { code, part, message, fixes = [] } = describeProblem(document, problem)
  const { path } = problem
  const range = document.rangeOf(path, part) ?? document.rangeOf(path.slice(0, -1), 'key') ?? { start: 0, end: 0 }
  // Do not underline a whole file because one key is missing.
  const narrow =
    path.length === 0 ? { start: range.start, end: Math.min(range.end, endOfLine(document.text, range.start)) } : range
  return { code, severity: 'error', range: narrow, message, related: [], fixes }
}

function soundPart(value: unknown, problems: readonly Problem[]): FleetFile | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (problems.length === 0) return value as FleetFile
  const sound = structuredClone(value) as Record<string, unknown>
  // From the end, so that the remaining items of a list keep their indexes.
  for (const problem of problems.toReversed()) takeOut(sound, problem)
  const filled = { name: 'unnamed', load_balancer: {}, servers: {}, ...sound }
  const left = problemsOf(filled).filter(
    ({ error, path }) => error.keyword !== 'anyOf' && !(path.length === 1 && path[0] === 'servers'),
  )
  return left.length === 0 ? (filled as FleetFile) : undefined
}

/** A missing key cannot be removed. */
const missing: ReadonlySet<string> = new Set(['required', 'anyOf'])

function takeOut(from: Record<string, unknown>, { error, path }: Problem): void {
  if (missing.has(error.keyword)) return
  const parent = valueAt(from, path.slice(0, -1))
  const last = path.at(-1)
  if (typeof parent !== 'object' || parent === null || last === undefined) return
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1)
    if (parent.length === 0) takeOut(from, { error, path: path.slice(0, -1) })
    return
  }
  // Keep the server's key even if its value is wrong: others refer to it.
  if (path.length === 2 && path[0] === 'servers' && error.keyword === 'type') Object.assign(parent, { [last]: null })
  else delete (parent as Record<string | number, unknown>)[last]
}
