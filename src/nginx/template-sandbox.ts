import { t } from '@vscode/l10n'
import nunjucks from 'nunjucks'

/** How a compiled template gets at values. Nunjucks hands it this one object, whatever the environment. */
interface Lookups {
  memberLookup(target: unknown, name: unknown): unknown
  contextOrFrameLookup(context: Names, frame: Names, name: string): unknown
  /** What a `for` goes over. */
  fromIterator(value: unknown): unknown
}

type Filter = (this: unknown, value: unknown, ...rest: unknown[]) => unknown

/** What an environment finds by name, which its types leave out. */
interface Tables {
  filters: Readonly<Record<string, Filter>>
  readonly tests: object
}

interface Names {
  lookup(name: string): unknown
}

/**
 * An environment in which a template sees the data that it is given and nothing else. Nunjucks as it comes lets
 * `{{ x.constructor.constructor("…")() }}` run any code, and reads `views/` of the current folder where it is given no loader
 * (nunjucks.github.io, "User-Defined Templates Warning"; Environment's constructor).
 *
 * The lookups are replaced for all of Nunjucks in this thread: templates of others belong into one of their own.
 */
export function sandboxedEnvironment(): nunjucks.Environment {
  const runtime = nunjucks.runtime as unknown as Lookups
  Object.assign(runtime, { memberLookup, contextOrFrameLookup, fromIterator } satisfies Lookups)
  const environment = new nunjucks.Environment([], { autoescape: false, throwOnUndefined: true })
  environment.addGlobal('range', boundedRange)
  const tables = environment as unknown as Tables
  tables.filters = Object.fromEntries(
    Object.entries(tables.filters).map(([name, filter]) => [name, boundedFilter(filter)]),
  )
  // In these tables `valueOf` and its like would be found too, and as filters they give away Nunjucks's own objects.
  for (const table of [tables.filters, tables.tests]) Object.setPrototypeOf(table, null)
  return environment
}

/** What leads from a value to the code behind it. */
const forbidden: ReadonlySet<string> = new Set(['constructor', '__proto__'])

/** Of a text much longer than this, in characters, lists are made for which V8 ends the process: no limit of a thread prevents it. */
const longestText = 10_000_000

function bounded(value: unknown): unknown {
  if (methodsOf(value) === String.prototype && String(value).length > longestText)
    throw new Error(t('a text of more than {0} characters', longestText))
  return value
}

function boundedFilter(filter: Filter): Filter {
  return function (value, ...rest) {
    return filter.call(this, bounded(value), ...rest.map(bounded))
  }
}

/** Any list of a template is an array: other iterables would be ours or Nunjucks's own. */
const fromIterator = bounded

function memberLookup(target: unknown, name: unknown): unknown {
  bounded(target)
  // Once: what a template puts in brackets may be another text each time that it is made one.
  const key = String(name)
  if (!mayBeRead(target, key)) return undefined
  const value: unknown = Object(target)[key]
  return typeof value === 'function' ? (...given: unknown[]) => Reflect.apply(value, target, given) : value
}

function mayBeRead(target: unknown, key: string): boolean {
  if (target === undefined || target === null || forbidden.has(key)) return false
  const methods = methodsOf(target)
  if (methods && Object.hasOwn(methods, key)) return true
  return (methods !== undefined || isPlain(target)) && Object.hasOwn(Object(target), key)
}

/** The methods that a value of a template has; undefined for anything else, which has none. */
function methodsOf(target: unknown): object | undefined {
  if (typeof target === 'string' || target instanceof nunjucks.runtime.SafeString) return String.prototype
  if (typeof target === 'number') return Number.prototype
  if (Array.isArray(target)) return Array.prototype
  return target instanceof RegExp ? RegExp.prototype : undefined
}

function isPlain(target: unknown): boolean {
  if (typeof target !== 'object' || target === null) return false
  const prototype: unknown = Object.getPrototypeOf(target)
  return prototype === Object.prototype || prototype === null
}

function contextOrFrameLookup(context: Names, frame: Names, name: string): unknown {
  const local = frame.lookup(name)
  if (local !== undefined) return local
  return name in Object.prototype ? undefined : context.lookup(name)
}

/** More than any fleet has workers. */
const longestRange = 100_000

/**
 * Nunjucks's own `range` makes the list before anything is rendered, of any length: memory runs out faster than the thread can be
 * ended, and with it the whole process.
 */
function boundedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= longestRange)) throw new Error(t('range() gives at most {0} numbers', longestRange))
  return Array.from({ length }, (_, index) => from + index * step)
}
