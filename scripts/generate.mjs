// Makes src/fleet/generated/ from the schema: the types of a fleet.yaml, and its validator compiled ahead of time,
// so that neither ajv nor the schema's compilation is part of what users start.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { compile } from 'json-schema-to-typescript'
import { isMain, root } from './paths.mjs'

/** What only people read: ajv would put every word of it into the validator. */
const words = [
  'description',
  'markdownDescription',
  'patternErrorMessage',
  'examples',
  'default',
  'title',
  'defaultSnippets',
]
/** What goes together and what does not: as types it would be unions that nobody can read. */
const combinations = ['anyOf', 'not', 'dependentRequired']

/** The schema without some of its keywords. */
function without(keywords, schema) {
  if (Array.isArray(schema)) return schema.map(item => without(keywords, item))
  if (typeof schema !== 'object' || schema === null) return schema
  // A key of fleet.yaml may have a keyword's name.
  const stays = ([name, value]) =>
    !keywords.includes(name) || (typeof value === 'object' && !Array.isArray(value) && 'type' in value)
  return Object.fromEntries(
    Object.entries(schema)
      .filter(stays)
      .map(([name, value]) => [name, name === 'enum' ? value : without(keywords, value)]),
  )
}

export async function generate() {
  const schema = JSON.parse(readFileSync(root('schemas/fleet.schema.json'), 'utf8'))
  const target = root('src/fleet/generated')
  mkdirSync(target, { recursive: true })

  const types = await compile(without(combinations, schema), 'FleetFile', {
    additionalProperties: false,
    format: false,
    bannerComment: '// Made from schemas/fleet.schema.json by scripts/generate.mjs.',
  })
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    inlineRefs: false,
    strict: true,
    // `anyOf` and `not` name keys that are described beside them.
    strictRequired: false,
    allowUnionTypes: true,
    verbose: false,
    code: { source: true, esm: true },
  })
  const validator = standaloneCode(ajv, ajv.compile(without(words, schema)))
  const declaration = `/** What ajv says of one place that breaks the schema (ajv.js.org, "Validation errors"). */
export interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  /** Where in the schema the keyword stands, such as #/properties/load_balancer/anyOf/0/required. */
  readonly schemaPath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly propertyName?: string
}

export declare const validate: { (data: unknown): boolean; errors?: readonly SchemaError[] | null }
`

  for (const [name, text] of Object.entries({
    'fleet-file.ts': types,
    'validate.js': `${validator}`,
    'validate.d.ts': declaration,
  }))
    writeFileSync(`${target}/${name}`, text)
}

if (isMain(import.meta.url)) await generate()
