import { isFleetFile } from '../fleet/is-fleet-file'
import { schemaAt } from '../fleet/schema'

const topLevelKey = /^([A-Za-z_][\w-]*)[ \t]*:/gm

/**
 * Whether a file that is not ours yet may become so: it has our name, and no key that is another tool's. Someone who types the
 * first key of a fleet.yaml wants it completed before there is anything to tell it from Rancher's.
 */
export function mayBecomeFleetFile(path: string, text: string): boolean {
  const ourKeys = schemaAt([])?.properties ?? {}
  return isFleetFile(path, '') && [...text.matchAll(topLevelKey)].every(([, key = '']) => Object.hasOwn(ourKeys, key))
}
