import { t } from '@vscode/l10n'
import type { DocumentPath } from '../fleet/document'
import { type KeySchema, schemaAt } from '../fleet/schema'

// What the schema says about keys, in the words and the markup that hover and completion show.

/** What a key means: its documentation, then its possible values, default and examples. */
export function keyDocumentation(path: DocumentPath, markdown: boolean): string {
  const schema = schemaAt(path)
  if (!schema) return ''
  const means = t((markdown ? schema.markdownDescription : undefined) ?? schema.description ?? '')
  const facts = [typeWords(schema), choiceWords(schema), defaultWords(schema), exampleWords(schema)].filter(
    words => words !== undefined,
  )
  const said = [means, facts.join(' ')].filter(Boolean).join('\n\n')
  return markdown ? said : said.replaceAll('`', '')
}

const typeNames: Readonly<Record<string, () => string>> = {
  integer: () => t('whole number'),
  number: () => t('number'),
  string: () => t('text'),
  boolean: () => t('true or false'),
  object: () => t('keys'),
  array: () => t('list'),
}

function typeWords({ type, enum: choices }: KeySchema): string | undefined {
  const names = [type]
    .flat()
    .map(name => name && typeNames[name]?.())
    .filter(name => name !== undefined)
  if (names.length === 0 || choices) return undefined
  const words = names.reduce((first, next) => t('{0} or {1}', first, next))
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const choiceWords = (schema: KeySchema): string | undefined =>
  schema.enum && t('One of {0}.', schema.enum.map(asCode).join(', '))

const defaultWords = (schema: KeySchema): string | undefined =>
  schema.default === undefined || typeof schema.default === 'object'
    ? undefined
    : t('Default: {0}.', asCode(schema.default))

function exampleWords({ enum: choices, examples, type }: KeySchema): string | undefined {
  if (choices || !examples?.length || [type].flat().includes('object') || type === 'boolean') return undefined
  return t('For example {0}.', examples.map(asCode).join(', '))
}

/** A value as code in Markdown, in its YAML form. */
export function asCode(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
