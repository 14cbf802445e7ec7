import { t } from '@vscode/l10n'
import { CompletionItemKind } from 'vscode-languageserver/node'
import type { DocumentPath } from '../../fleet/document'
import { type KeySchema, schemaAt } from '../../fleet/schema'
import { yamlText } from '../../fleet/yaml-text'
import { keyDocumentation } from '../key-words'
import type { Cursor } from './cursor'
import type { CompletionContext, Suggestion } from './item'
import { snippetText } from './snippet-text'
import { serverSnippet, wholeFileSnippets, workerNumbers } from './snippets'

/**
 * The keys that can be typed in a map: those that are missing and compatible with the existing ones, required ones first, then in the
 * order of the schema.
 */
export function keySuggestions(context: CompletionContext): readonly Suggestion[] {
  const { cursor } = context
  const schema = schemaAt(cursor.path)
  const required = schema?.required ?? []
  const missing = Object.keys(schema?.properties ?? {}).filter(
    key => !cursor.present.has(key) && goesWith(key, cursor.present, schema),
  )
  const ordered = [...missing.filter(key => required.includes(key)), ...missing.filter(key => !required.includes(key))]
  const whole = cursor.hasColon
    ? []
    : [...wholeFileSnippets(context), ...serverSnippet(context), ...workerNumbers(context)]
  return [...whole, ...ordered.map(key => keySuggestion(key, required.includes(key), cursor))]
}

function goesWith(key: string, present: ReadonlySet<string>, schema: KeySchema | undefined): boolean {
  const excluded = schema?.not?.required ?? []
  const isExcluded = excluded.includes(key) && excluded.every(other => other === key || present.has(other))
  const needed = schema?.dependentRequired?.[key] ?? []
  return !isExcluded && needed.every(other => present.has(other) || goesWith(other, present, schema))
}

function keySuggestion(key: string, isRequired: boolean, cursor: Cursor): Suggestion {
  const path = [...cursor.path, key]
  const schema = schemaAt(path)
  const value = cursor.hasColon ? undefined : valueSnippet(path, schema, cursor)
  return {
    label: key,
    kind: CompletionItemKind.Property,
    ...(isRequired ? { detail: t('required') } : {}),
    documentation: keyDocumentation(path, true),
    snippet: value === undefined ? key : `${key}:${value}`,
    goesOn: value?.endsWith('$1') ?? false,
  }
}

/** What follows a key's colon: a map opens below it, or in braces if the map around it has them; the cursor lands on the value. */
function valueSnippet(path: DocumentPath, schema: KeySchema | undefined, { style, indentation }: Cursor): string {
  const types = [schema?.type].flat()
  if (types.includes('object')) {
    const [only, ...others] = schema?.required ?? []
    const first = only !== undefined && others.length === 0 ? `${only}: $1` : '$1'
    return style === 'flow' ? ` { ${first} }` : `\n${' '.repeat(indentation + 2)}${first}`
  }
  if (schema?.type === 'array') return ' [$1]'
  if (schema?.enum) return ` \${1|${schema.enum.join(',')}|}`
  if (schema?.type === 'boolean') return ` \${1|true,false|}`
  const usual = schema?.default
  // A default is only a placeholder: it would say nothing, and is usually replaced by another value.
  return usual === undefined || typeof usual === 'object' || path.at(-1) === 'method'
    ? ' $1'
    : ` \${1:${snippetText(yamlText(usual, style))}}`
}
