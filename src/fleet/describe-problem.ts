import { t } from '@vscode/l10n'
import { isScalar } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import { editInTurn } from './edit-in-turn'
import { only } from './edit-only'
import type { FindingCode, Fix } from './finding'
import { changeTo, fixBy, fixByRemoving } from './fixes'
import type { SchemaError } from './generated/validate'
import { hostAlone } from './mend-host'
import { mendsOf } from './mend-value'
import { nearest } from './nearest'
import { removeEntry } from './remove-entry'
import { type KeySchema, schemaAt } from './schema'
import { isServerName } from './server-name'
import { setValue } from './set-value'
import { valueAt } from './value-at'
import { listOf, sentences, shown } from './words'
import { yamlText } from './yaml-text'

/** One place that breaks the schema. For a key that is not allowed, or is not a valid name, the path ends in that key. */
export interface Problem {
  readonly path: DocumentPath
  readonly error: SchemaError
}

/** A problem as a person is told it: its code, whether the key or the value is at fault, and what to do. */
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

/** By ajv's keyword. Keywords not listed here are about the value (JSON Schema Validation, 6). */
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
      fixBy(t('Add server: {0}', name), () => setValue(document, ['load_balancer', 'server'], yamlText(name, 'flow'))),
    ),
    message: t(
      '{0} does not say where nginx runs. Give "server" with the name of one of the servers, or "host" for a machine of its own.',
      named(document, path),
    ),
  }),
  not: (document, { path }) => ({
    code: 'invalid-value',
    part: 'key',
    message: t(
      'nginx runs on one machine: "server" says {0}, and "host" is for a machine of its own. Remove one of them.',
      shown(valueAt(document.value, [...path.slice(0, -1), 'server'])),
    ),
    fixes: withoutOwnMachine(document),
  }),
  dependentRequired: (document, { path }) => ({
    code: 'invalid-value',
    part: 'key',
    fixes: fixByRemoving(document, path, t('Remove "{0}"', 'ssh')),
    message: t(
      '"ssh" is for a separate machine, named by "host". nginx runs on {0}: put its ssh settings under that server.',
      shown(valueAt(document.value, [...path.slice(0, -1), 'server'])),
    ),
  }),
}

/** Removes nginx's own machine and its login, so that nginx runs on the server. */
function withoutOwnMachine(document: FleetDocument): readonly Fix[] {
  const gone = ['host', 'ssh']
    .map(key => ['load_balancer', key])
    .filter(path => valueAt(document.value, path) !== undefined)
  const edits = () =>
    editInTurn(
      document,
      gone.map(path => now => [removeEntry(now, path)]),
    )
  return fixBy(t('Remove "{0}"', 'host'), () =>
    only(
      document,
      edits(),
      gone.map(path => [path, undefined]),
    ),
  )
}

/** The name of the server, if there is exactly one. */
function onlyServer({ value }: FleetDocument): readonly string[] {
  const names = Object.keys(valueAt(value, ['servers']) ?? {})
  return names.length === 1 ? names.filter(isServerName) : []
}

function unknownKey(document: FleetDocument, { path }: Problem): Described {
  const key = String(path.at(-1))
  const known = Object.keys(schemaAt(path.slice(0, -1))?.properties ?? {})
  const meant = nearest(key, known)
  const range = document.rangeOf(path, 'key')
  // If the correct key exists already, renaming would duplicate it.
  const isFree = meant !== undefined && valueAt(document.value, [...path.slice(0, -1), meant]) === undefined
  return {
    code: 'unknown-key',
    part: 'key',
    message: sentences(
      t('Unknown key "{0}".', shown(key)),
      meant
        ? t('Did you mean "{0}"?', meant)
        : known.length === 1
          ? t('The only valid key is {0}.', String(known[0]))
          : t('Valid keys: {0}.', listOf(known)),
    ),
    fixes:
      isFree && range ? [{ title: t('Change to "{0}"', meant), edits: [{ range, newText: meant }], safe: true }] : [],
  }
}

function wrongType(document: FleetDocument, { path, error }: Problem): Described {
  const value = valueAt(document.value, path)
  const schema = schemaAt(path)
  const wanted = [error.params.type as string | string[]].flat().map(type => typeNames[type]?.() ?? type)
  const what = named(document, path)
  return {
    code: 'wrong-type',
    part: 'value',
    message: sentences(
      value === null || value === undefined
        ? t('{0} is empty.', what)
        : t('{0} is {1}, {2}.', what, nameOfType(value), shown(value)),
      withExamples(t('It takes {0}', listOf(wanted, 'or')), schema),
    ),
    fixes: mendsOf(value, schema, numberAsWritten(document, path)).flatMap(mend => changeTo(document, path, mend)),
  }
}

function numberAsWritten(document: FleetDocument, path: DocumentPath): string | undefined {
  const node = document.nodeAt(path)
  return isScalar(node) && typeof node.value === 'number' ? node.source : undefined
}

function missingKey(document: FleetDocument, { path, error }: Problem): Described {
  const key = String(error.params.missingProperty)
  const description = schemaAt([...path, key])?.description
  return {
    code: 'missing-key',
    part: 'key',
    message: sentences(
      path.length === 0 ? t('This fleet has no "{0}".', key) : t('{0} has no "{1}".', named(document, path), key),
      description && t(description),
    ),
  }
}

function invalidName(document: FleetDocument, { path, error }: Problem): Described {
  const rules = schemaAt(path.slice(0, -1))?.propertyNames
  const range = document.rangeOf(path, 'key')
  const written = document.text.slice(range?.start, range?.end)
  // Unquoted null is not text (YAML 1.2.2, 10.2.1.1), and as a key it is an empty name.
  if (error.propertyName === '' && range && new RegExp(rules?.pattern ?? '', 'u').test(written))
    return {
      code: 'invalid-value',
      part: 'key',
      message: t('{0} stands for nothing, and cannot be a name here without quotes: "{0}".', written),
      fixes: [{ title: t('Change to {0}', `"${written}"`), edits: [{ range, newText: `"${written}"` }], safe: false }],
    }
  return {
    code: 'invalid-value',
    part: 'key',
    message: sentences(
      t('"{0}" cannot be a name here.', shown(error.propertyName)),
      rules?.patternErrorMessage && t(rules.patternErrorMessage),
    ),
  }
}

function invalidValue(document: FleetDocument, { path, error }: Problem): Described {
  const value = valueAt(document.value, path)
  const schema = schemaAt(path)
  return {
    code: 'invalid-value',
    part: 'value',
    message: sentences(t('{0} cannot be {1}.', named(document, path), shown(value)), whatWouldDo(error, schema)),
    fixes: [...mendsOf(value, schema).flatMap(mend => changeTo(document, path, mend)), ...hostAlone(document, path)],
  }
}

function whatWouldDo(error: SchemaError, schema: KeySchema | undefined): string {
  if (error.keyword === 'enum' && schema?.enum) return t('It is {0}.', listOf(schema.enum.map(String), 'or'))
  if (error.keyword === 'pattern' && schema?.patternErrorMessage)
    return withExamples(t(schema.patternErrorMessage).replace(/\.$/, ''), schema)
  return bounds[error.keyword]?.(error.params.limit as number) ?? withExamples(t('That value is not allowed'), schema)
}

const bounds: Readonly<Record<string, (limit: number) => string>> = {
  minimum: limit => t('It is at least {0}.', limit),
  maximum: limit => t('It is at most {0}.', limit),
  exclusiveMinimum: limit => t('It is more than {0}.', limit),
  minProperties: limit => t('The minimum number of entries is {0}.', limit),
  maxItems: limit => t('The maximum number of entries is {0}.', limit),
  maxLength: limit => t('The maximum number of characters is {0}.', limit),
}

const typeNames: Readonly<Record<string, () => string>> = {
  integer: () => t('a whole number'),
  number: () => t('a number'),
  string: () => t('text'),
  boolean: () => t('true or false'),
  object: () => t('a map of keys'),
  array: () => t('a list'),
  null: () => t('nothing'),
}

function nameOfType(value: unknown): string {
  if (Array.isArray(value)) return t('a list')
  if (typeof value === 'number') return t('a number')
  if (typeof value === 'boolean') return t('a truth value')
  return typeof value === 'string' ? t('text') : t('a map')
}

/** What would be valid, with the schema's examples. */
const withExamples = (what: string, schema: KeySchema | undefined): string =>
  schema?.examples?.length ? t('{0}, for example {1}.', what, listOf(schema.examples.map(shown), 'or')) : `${what}.`

function named({ value }: FleetDocument, path: DocumentPath): string {
  const last = path.at(-1)
  if (last === undefined) return t('A fleet.yaml')
  // People count from one.
  return Array.isArray(valueAt(value, path.slice(0, -1)))
    ? t('Item {0} of "{1}"', Number(last) + 1, shown(path.at(-2)))
    : `"${shown(last)}"`
}
