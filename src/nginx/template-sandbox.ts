import { t } from '@vscode/l10n'
import nunjucks from 'nunjucks'

/** How a compiled template accesses values. Nunjucks passes it this one object in every environment. */
interface Lookups {
  memberLookup(target: unknown, name: unknown): unknown
  contextOrFrameLookup(context: Names, frame: Names, name: string): unknown
  /** What a `for` iterates over. */
  fromIterator(value: unknown): unknown
}

type Filter = (this: unknown, value: unknown, ...rest: unknown[]) => unknown

/** What an environment looks up by name, which its types omit. */
interface Tables {
  filters: Readonly<Record<string, Filter>>
  readonly tests: object
}

interface Names {
  lookup(name: string): unknown
}

/**
 * An environment in which a template sees the data that it is given and nothing else. By default, Nunjucks lets
 * `{{ x.constructor.constructor("…")() }}` run any code, and reads `views/` of the current folder if it is given no loader
 * (nunjucks.github.io, "User-Defined Templates Warning"; Environment's constructor).
 *
 * The lookups are replaced for all of Nunjucks in this thread: other templates belong in a thread of their own.
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
  // Lookups in these tables would find `valueOf` and the like too, which as filters expose Nunjucks's own objects.
  for (const table of [tables.filters, tables.tests]) Object.setPrototypeOf(table, null)
  return environment
}

/** Names that lead from a value to the code behind it. */
const forbidden: ReadonlySet<string> = new Set(['constructor', '__proto__'])

/** In characters. Longer texts can crash V8 in list-making filters; thread limits do not prevent that. */
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

/** Every list in a template is an array: other iterables would be ours or Nunjucks's own. */
const fromIterator = bounded

function memberLookup(target: unknown, name: unknown): unknown {
  bounded(target)
  // Convert once: a template can pass an object whose toString changes.
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

/** The methods that a template may call on a value; undefined for values that have none. */
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

/** More than the workers of any fleet. */
const longestRange = 100_000

/**
 * Nunjucks's own `range` makes a list of any length before anything is rendered: memory can run out, and end the whole process,
 * before the thread can be ended.
 */
function boundedRange(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= longestRange)) throw new Error(t('range() gives at most {0} numbers', longestRange))
  return Array.from({ length }, (_, index) => from + index * step)
}
