import { parseFleetDocument } from '../fleet/document'
import { hasFleetName } from '../fleet/fleet-file-glance'
import { schemaAt } from '../fleet/schema'

const topLevelKey = /^([A-Za-z_][\w-]*)[ \t]*:/gm

/**
 * Whether a file that is not ours yet may become ours: it has our name, and no key of another tool. A person who types the
 * first key of a fleet.yaml wants it completed before anything tells it from Rancher's.
 * @param parsed returns the parsed text, for a caller that has it
 */
export function mayBecomeFleetFile(path: string, text: string, parsed = () => parseFleetDocument(text)): boolean {
  const ourKeys = schemaAt([])?.properties ?? {}
  const isOurs = (key: string) => Object.hasOwn(ourKeys, key)
  if (!hasFleetName(path)) return false
  return (
    [...text.matchAll(topLevelKey)].every(([, key = '']) => isOurs(key)) && completeKeys(parsed().value).every(isOurs)
  )
}

/** The keys with a value: one without is still being typed. */
function completeKeys(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : key))
}
