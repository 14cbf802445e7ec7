import type { DocumentPath, FleetDocument } from './document'
import type { Finding, FindingCode, Fix } from './finding'
import type { FleetFile } from './generated/fleet-file'
import { type SchemaError, validate } from './generated/validate'
import { nearest } from './nearest'
import { type KeySchema, schemaAt } from './schema'
import { listOf, shown } from './words'

/** What the schema says of a document: what is wrong, and the part of it that is right. */
export interface Structure {
  readonly findings: readonly Finding[]
  /**
   * The file without what is wrong in it, for the rules that look at meaning; keys that are missing at the top are empty.
   * Undefined if hardly anything is left.
   */
  readonly sound: FleetFile | undefined
}

/** Checks a document against the schema. One finding a cause. */
export function checkStructure(document: FleetDocument): Structure {
  if (document.value === undefined) return { findings: [], sound: undefined }
  const problems = problemsOf(document.value)
  return { findings: problems.map(problem => toFinding(document, problem)), sound: soundPart(document.value, problems) }
}

interface Problem {
  readonly path: DocumentPath
  readonly error: SchemaError
}

function problemsOf(value: unknown): readonly Problem[] {
  if (validate(value)) return []
  const problems = (validate.errors ?? [])
    .filter(error => error.keyword !== 'propertyNames')
    .map(error => ({ error, path: pathOf(error) }))
  // A value of the wrong type is not also too small: the first error at a place is its cause.
  const seen = new Set<string>()
  return problems.filter(({ error, path }) => {
    const place = JSON.stringify([path, error.keyword === 'required' ? error.params.missingProperty : ''])
    if (seen.has(place)) return false
    seen.add(place)
    return true
  })
}

function pathOf(error: SchemaError): DocumentPath {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map(step => (/^\d+$/.test(step) ? Number(step) : step))
  const key: unknown = error.params.additionalProperty ?? error.propertyName
  return key === undefined ? path : [...path, String(key)]
}

/** What an ajv keyword means for a person; keywords that are not here are about the value (JSON Schema Validation, 6). */
const codes: Readonly<Record<string, FindingCode>> = {
  additionalProperties: 'unknown-key',
  type: 'wrong-type',
  required: 'missing-key',
}

function toFinding(document: FleetDocument, { error, path }: Problem): Finding {
  const code = codes[error.keyword] ?? 'invalid-value'
  const isKey = code === 'unknown-key' || error.propertyName !== undefined
  const at = code === 'missing-key' ? 'key' : isKey ? 'key' : 'value'
  const range = document.rangeOf(path, at) ?? document.rangeOf(path.slice(0, -1), 'key') ?? { start: 0, end: 0 }
  const described = describe[code]?.(document, error, path) ?? { message: invalidValue(document, error, path) }
  // A whole file is not underlined because one key is missing in it.
  const narrow =
    path.length === 0 ? { start: range.start, end: Math.min(range.end, endOfLine(document.text, range.start)) } : range
  return { code, severity: 'error', range: narrow, related: [], fixes: [], ...described }
}

type Described = { readonly message: string; readonly fixes?: readonly Fix[] }

const describe: Partial<
  Record<FindingCode, (document: FleetDocument, error: SchemaError, path: DocumentPath) => Described>
> = {
  'unknown-key': (document, _, path) => {
    const key = String(path.at(-1))
    const known = Object.keys(schemaAt(path.slice(0, -1))?.properties ?? {})
    const meant = nearest(key, known)
    const range = document.rangeOf(path, 'key')
    const message = meant
      ? `There is no key "${shown(key)}" here. Did you mean "${meant}"?`
      : `There is no key "${shown(key)}" here. There are ${listOf(known)}.`
    return {
      message,
      fixes: meant && range ? [{ title: `Change to "${meant}"`, edits: [{ range, newText: meant }], safe: true }] : [],
    }
  },
  'wrong-type': (document, error, path) => {
    const value = valueAt(document.value, path)
    const wanted = [error.params.type as string | string[]].flat().map(type => typeNames[type] ?? type)
    return {
      message: `${named(path)} is ${value === null || value === undefined ? 'empty' : `${nameOfType(value)}, ${shown(value)}`}. It takes ${listOf(wanted, 'or')}${forExample(schemaAt(path))}.`,
    }
  },
  'missing-key': (_, error, path) => {
    const key = String(error.params.missingProperty)
    const schema = schemaAt([...path, key])
    return {
      message: `${path.length === 0 ? 'This fleet' : named(path)} has no "${key}". ${schema?.description ?? ''}`.trim(),
    }
  },
}

function invalidValue(document: FleetDocument, error: SchemaError, path: DocumentPath): string {
  if (error.propertyName !== undefined)
    return `"${shown(error.propertyName)}" cannot be a name here: it begins with a letter or digit and has letters, digits, dots, hyphens and underscores.`
  const value = shown(valueAt(document.value, path))
  const schema = schemaAt(path)
  if (schema?.enum) return `${named(path)} cannot be ${value}. It is ${listOf(schema.enum.map(String), 'or')}.`
  const bound = bounds[error.keyword]
  if (bound) return `${named(path)} cannot be ${value}. It must be ${bound} ${error.params.limit}.`
  return `${named(path)} cannot be ${value}${forExample(schema)}.`
}

const bounds: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'more than',
  minProperties: 'a map with at least this many entries:',
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'a map of keys',
  array: 'a list',
  null: 'nothing',
}

function nameOfType(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return (
    { number: 'a number', string: 'text', boolean: 'a truth value', object: 'a map' }[typeof value as string] ??
    typeof value
  )
}

const forExample = (schema: KeySchema | undefined): string =>
  schema?.examples?.length ? `, for example ${listOf(schema.examples.map(shown), 'or')}` : ''

const named = (path: DocumentPath): string => (path.length === 0 ? 'A fleet.yaml' : `"${shown(path.at(-1))}"`)

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end
}

function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    value,
  )
}

function soundPart(value: unknown, problems: readonly Problem[]): FleetFile | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (problems.length === 0) return value as FleetFile
  const sound = structuredClone(value) as Record<string, unknown>
  for (const { error, path } of problems) if (error.keyword !== 'required') remove(sound, path)
  const filled = { name: 'unnamed', load_balancer: {}, servers: {}, ...sound }
  const left = problemsOf(filled).filter(({ path }) => path.length > 1 || path[0] !== 'servers')
  return left.length === 0 ? (filled as FleetFile) : undefined
}

function remove(from: Record<string, unknown>, path: DocumentPath): void {
  const parent = valueAt(from, path.slice(0, -1))
  const last = path.at(-1)
  if (typeof parent !== 'object' || parent === null || last === undefined) return
  if (Array.isArray(parent)) parent.length = 0
  else delete (parent as Record<string | number, unknown>)[last]
}
