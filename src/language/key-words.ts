import type { DocumentPath } from '../fleet/document'
import { type KeySchema, schemaAt } from '../fleet/schema'

// What the schema says of keys, in the words and the markup that hover and completion show.

/** What a key means: its documentation, then what may stand there, its default and examples. */
export function keyDocumentation(path: DocumentPath, markdown: boolean): string {
  const schema = schemaAt(path)
  if (!schema) return ''
  const means = (markdown ? schema.markdownDescription : undefined) ?? schema.description
  const facts = [typeWords(schema), choiceWords(schema), defaultWords(schema), exampleWords(schema)].filter(
    words => words !== undefined,
  )
  const said = [means, facts.join(' ')].filter(Boolean).join('\n\n')
  return markdown ? said : said.replaceAll('`', '')
}

const typeNames: Readonly<Record<string, string>> = {
  integer: 'whole number',
  number: 'number',
  string: 'text',
  boolean: 'true or false',
  object: 'keys',
  array: 'list',
}

function typeWords({ type, enum: choices }: KeySchema): string | undefined {
  const names = [type]
    .flat()
    .map(name => name && typeNames[name])
    .filter(name => name !== undefined)
  if (names.length === 0 || choices) return undefined
  const words = names.join(' or ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const choiceWords = (schema: KeySchema): string | undefined =>
  schema.enum && `One of ${schema.enum.map(asCode).join(', ')}.`

const defaultWords = (schema: KeySchema): string | undefined =>
  schema.default === undefined || typeof schema.default === 'object' ? undefined : `Default: ${asCode(schema.default)}.`

function exampleWords({ enum: choices, examples, type }: KeySchema): string | undefined {
  if (choices || !examples?.length || [type].flat().includes('object') || type === 'boolean') return undefined
  return `For example ${examples.map(asCode).join(', ')}.`
}

/** A value as code in Markdown, in the form that YAML has it. */
export function asCode(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
