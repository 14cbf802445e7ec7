import type { DocumentPath } from './document'

/** The value at a path within a plain value, or undefined if there is no own property. */
export function valueAt(value: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    value,
  )
}

/** A plain value with another one set at a path, in maps that are created if missing; undefined removes the key. */
export function withValue(value: unknown, [step, ...rest]: DocumentPath, changed: unknown): unknown {
  if (step === undefined) return changed
  const map = { ...(typeof value === 'object' ? value : {}) } as Record<string | number, unknown>
  const inner = withValue(map[step], rest, changed)
  if (inner !== undefined) map[step] = inner
  else delete map[step]
  return map
}

/** Whether two plain values are the same, whatever the order of their keys. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [ours, theirs] = [Object.entries(a), Object.keys(b)]
  return (
    ours.length === theirs.length &&
    ours.every(([key, inner]) => Object.hasOwn(b, key) && isSameValue(inner, valueAt(b, [key])))
  )
}
