import type { DocumentPath, FleetDocument } from './document'
import type { FindingCode, Fix } from './finding'
import { changeTo, fixBy } from './fixes'
import type { SchemaError } from './generated/validate'
import { mendsOf } from './mend-value'
import { nearest } from './nearest'
import { type KeySchema, schemaAt } from './schema'
import { isServerName } from './server-name'
import { setValue } from './set-value'
import { valueAt } from './value-at'
import { listOf, shown } from './words'
import { yamlText } from './yaml-text'

/** One place that breaks the schema. For a key that should not be there, or is no name, the path ends in that key. */
export interface Problem {
  readonly path: DocumentPath
  readonly error: SchemaError
}

/** What a problem is to a person: its code, whether the key or the value is at fault, and what to do. */
export interface Described {
  readonly code: FindingCode
  readonly part: 'key' | 'value'
  readonly message: string
  readonly fixes?: readonly Fix[]
}

/** Puts a problem into words. */
export function describeProblem(document: FleetDocument, problem: Problem): Described {
  return (descriptions[problem.error.keyword] ?? invalidValue)(document, problem)
}

type Describe = (document: FleetDocument, problem: Problem) => Described

/** By ajv's keyword. Those that are not here are about the value (JSON Schema Validation, 6). */
const descriptions: Readonly<Record<string, Describe>> = {
  additionalProperties: unknownKey,
  type: wrongType,
  required: missingKey,
  pattern: (document, problem) =>
    (problem.error.propertyName === undefined ? invalidValue : invalidName)(document, problem),
  anyOf: (document, { path }) => ({
    code: 'missing-key',
    part: 'key',
    fixes: onlyServer(document).flatMap(name =>
      fixBy(`Add server: ${name}`, () => setValue(document, ['load_balancer', 'server'], yamlText(name, 'flow'))),
    ),
    message: `${named(document, path)} does not say where nginx runs. Give "server" with the name of one of the servers, or "host" for a machine of its own.`,
  }),
  not: (document, { path }) => ({
    code: 'invalid-value',
    part: 'key',
    message: `nginx runs on one machine: "server" says ${shown(valueAt(document.value, [...path.slice(0, -1), 'server']))}, and "host" is for a machine of its own. Remove one of them.`,
  }),
  dependentRequired: (document, { path }) => ({
    code: 'invalid-value',
    part: 'key',
    message: `"ssh" is for a machine of its own, which "host" names. nginx runs on ${shown(valueAt(document.value, [...path.slice(0, -1), 'server']))}: how to log in there is said at that server.`,
  }),
}

/** The name of the server, where there is one alone. */
function onlyServer({ value }: FleetDocument): readonly string[] {
  const names = Object.keys(valueAt(value, ['servers']) ?? {})
  return names.length === 1 ? names.filter(isServerName) : []
}

function unknownKey(document: FleetDocument, { path }: Problem): Described {
  const key = String(path.at(-1))
  const known = Object.keys(schemaAt(path.slice(0, -1))?.properties ?? {})
  const meant = nearest(key, known)
  const range = document.rangeOf(path, 'key')
  // Where the right key stands already, renaming would give it twice.
  const isFree = meant !== undefined && valueAt(document.value, [...path.slice(0, -1), meant]) === undefined
  return {
    code: 'unknown-key',
    part: 'key',
    message: `There is no key "${shown(key)}" here. ${meant ? `Did you mean "${meant}"?` : known.length === 1 ? `The only one is ${known[0]}.` : `There are ${listOf(known)}.`}`,
    fixes: isFree && range ? [{ title: `Change to "${meant}"`, edits: [{ range, newText: meant }], safe: true }] : [],
  }
}

function wrongType(document: FleetDocument, { path, error }: Problem): Described {
  const value = valueAt(document.value, path)
  const schema = schemaAt(path)
  const wanted = [error.params.type as string | string[]].flat().map(type => typeNames[type] ?? type)
  const isWhat = value === null || value === undefined ? 'empty' : `${nameOfType(value)}, ${shown(value)}`
  return {
    code: 'wrong-type',
    part: 'value',
    message: `${named(document, path)} is ${isWhat}. It takes ${listOf(wanted, 'or')}${forExample(schema)}.`,
    fixes: mendsOf(value, schema).flatMap(mend => changeTo(document, path, mend)),
  }
}

function missingKey(document: FleetDocument, { path, error }: Problem): Described {
  const key = String(error.params.missingProperty)
  const description = schemaAt([...path, key])?.description ?? ''
  return {
    code: 'missing-key',
    part: 'key',
    message: `${path.length === 0 ? 'This fleet' : named(document, path)} has no "${key}". ${description}`.trim(),
  }
}

function invalidName(_: FleetDocument, { path, error }: Problem): Described {
  const rule = schemaAt(path.slice(0, -1))?.propertyNames?.patternErrorMessage
  return {
    code: 'invalid-value',
    part: 'key',
    message: `"${shown(error.propertyName)}" cannot be a name here. ${rule ?? ''}`.trim(),
  }
}

function invalidValue(document: FleetDocument, { path, error }: Problem): Described {
  const value = valueAt(document.value, path)
  const schema = schemaAt(path)
  return {
    code: 'invalid-value',
    part: 'value',
    message: `${named(document, path)} cannot be ${shown(value)}. ${whatWouldDo(error, schema)}`,
    fixes: mendsOf(value, schema).flatMap(mend => changeTo(document, path, mend)),
  }
}

function whatWouldDo(error: SchemaError, schema: KeySchema | undefined): string {
  if (error.keyword === 'enum' && schema?.enum) return `It is ${listOf(schema.enum.map(String), 'or')}.`
  if (error.keyword === 'pattern' && schema?.patternErrorMessage)
    return `${schema.patternErrorMessage.replace(/\.$/, '')}${forExample(schema)}.`
  const bound = bounds[error.keyword]
  return bound ? `${bound} ${error.params.limit}.` : `It takes another value${forExample(schema)}.`
}

const bounds: Readonly<Record<string, string>> = {
  minimum: 'It is at least',
  maximum: 'It is at most',
  exclusiveMinimum: 'It is more than',
  minProperties: 'The least number of entries is',
  maxItems: 'The greatest number of entries is',
  maxLength: 'The greatest number of characters is',
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
  const names: Readonly<Record<string, string>> = { number: 'a number', string: 'text', boolean: 'a truth value' }
  return names[typeof value] ?? 'a map'
}

const forExample = (schema: KeySchema | undefined): string =>
  schema?.examples?.length ? `, for example ${listOf(schema.examples.map(shown), 'or')}` : ''

function named({ value }: FleetDocument, path: DocumentPath): string {
  const last = path.at(-1)
  if (last === undefined) return 'A fleet.yaml'
  // People count from one.
  return Array.isArray(valueAt(value, path.slice(0, -1)))
    ? `Item ${Number(last) + 1} of "${shown(path.at(-2))}"`
    : `"${shown(last)}"`
}
