import schema from '../../schemas/fleet.schema.json' with { type: 'json' }
import type { DocumentPath } from './document'

/** What the schema says of one key: its documentation and what may stand there. */
export interface KeySchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly markdownDescription?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, KeySchema>>
  readonly additionalProperties?: boolean | KeySchema
  readonly items?: KeySchema
  readonly $ref?: string
}

const definitions: Readonly<Record<string, KeySchema>> = schema.$defs as unknown as Record<string, KeySchema>

/** What the schema says of the value at a path; undefined where it knows no such key. The empty path is the whole file. */
export function schemaAt(path: DocumentPath): KeySchema | undefined {
  let at: KeySchema | undefined = schema as unknown as KeySchema
  for (const step of path) {
    const within: KeySchema | undefined = at && followed(at)
    if (typeof step === 'number') at = within?.items
    else
      at =
        within?.properties?.[step] ??
        (typeof within?.additionalProperties === 'object' ? within.additionalProperties : undefined)
  }
  return at && followed(at)
}

function followed(at: KeySchema): KeySchema {
  const name = at.$ref?.replace('#/$defs/', '')
  return (name !== undefined && definitions[name]) || at
}
