import schema from '../../schemas/fleet.schema.json' with { type: 'json' }
import type { DocumentPath } from './document'

/** What the schema says about one key: its documentation and its possible values. */
export interface KeySchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly markdownDescription?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  /** What the pattern means, in words. */
  readonly patternErrorMessage?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly propertyNames?: KeySchema
  readonly required?: readonly string[]
  /** Keys that do not go together. */
  readonly not?: KeySchema
  /** Keys that go only with others. */
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly properties?: Readonly<Record<string, KeySchema>>
  readonly additionalProperties?: boolean | KeySchema
  readonly items?: KeySchema
  readonly $ref?: string
}

const definitions: Readonly<Record<string, KeySchema>> = schema.$defs as unknown as Record<string, KeySchema>

/** What the schema says about the value at a path; undefined if it knows no such key. The empty path is the whole file. */
export function schemaAt(path: DocumentPath): KeySchema | undefined {
  let at: KeySchema | undefined = schema as unknown as KeySchema
  for (const step of path) {
    const within: KeySchema | undefined = at && followed(at)
    // A number is an index of a list, or the key of a map that has numbers for keys.
    const item: KeySchema | undefined = typeof step === 'number' ? within?.items : undefined
    const others: KeySchema | undefined =
      typeof within?.additionalProperties === 'object' ? within.additionalProperties : undefined
    at = item ?? own(within?.properties, step) ?? others
  }
  return at && followed(at)
}

/** A key of a fleet.yaml may have the name of something that every object inherits. */
const own = (properties: KeySchema['properties'], key: string | number): KeySchema | undefined =>
  properties && Object.hasOwn(properties, key) ? properties[key] : undefined

function followed(at: KeySchema): KeySchema {
  const name = at.$ref?.replace('#/$defs/', '')
  return (name !== undefined && definitions[name]) || at
}
