import { type CompletionItem, CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver/node'
import type { FleetDocument } from '../fleet/document'
import { type KeySchema, schemaAt } from '../fleet/schema'
import { type CompletionContext, completionContext } from './completion-context'
import { rangeIn } from './positions'

/** What can be typed at an offset: keys that are not there yet, required ones first, or the values that a key takes. */
export function complete(
  document: FleetDocument,
  offset: number,
  client: { readonly snippets: boolean },
): CompletionItem[] {
  const context = completionContext(document.text, offset)
  const range = rangeIn(document, { start: context.wordStart, end: offset })
  const items = context.key === undefined ? keyItems(context, client) : valueItems(document, context, context.key)
  return items.map(({ newText, ...item }) => ({ ...item, textEdit: { range, newText } }))
}

type Item = Omit<CompletionItem, 'textEdit'> & { readonly newText: string }

function keyItems(context: CompletionContext, { snippets }: { snippets: boolean }): Item[] {
  const schema = schemaAt(context.path)
  const required = new Set(schema?.required ?? [])
  return Object.keys(schema?.properties ?? {})
    .filter(key => !context.present.has(key))
    .map(key => {
      const own = schemaAt([...context.path, key])
      return {
        label: key,
        kind: CompletionItemKind.Property,
        sortText: `${required.has(key) ? 0 : 1}${key}`,
        ...(required.has(key) ? { detail: 'required' } : {}),
        ...documentationOf(own),
        insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
        newText: keyText(key, own, context, snippets),
      }
    })
}

/** A map opens below its key, or in braces where the map around it is; the cursor lands where the value goes. */
function keyText(key: string, schema: KeySchema | undefined, { flow }: CompletionContext, snippets: boolean): string {
  const cursor = snippets ? '$0' : ''
  const isMap = [schema?.type].flat().includes('object')
  if (isMap && flow) return `${key}: { ${cursor} }`
  if (isMap) return `${key}:\n  ${cursor}`
  return `${key}: ${cursor}`
}

function valueItems(document: FleetDocument, context: CompletionContext, key: string): Item[] {
  const path = [...context.path, key]
  if (path.join('.') === 'load_balancer.server') {
    return serverNames(document).map(name => ({ label: name, kind: CompletionItemKind.Reference, newText: name }))
  }
  const schema = schemaAt(path)
  const types = [schema?.type].flat()
  const values = schema?.enum ?? [
    ...(types.includes('boolean') ? [true, false] : []),
    ...(schema?.default === undefined ? [] : [schema.default]),
    ...(schema?.examples ?? []),
  ]
  const texts = values.filter(value => typeof value !== 'object' || Array.isArray(value)).map(value => yamlOf(value))
  return [...new Set(texts)].map((text, index) => ({
    label: text,
    kind: schema?.enum ? CompletionItemKind.EnumMember : CompletionItemKind.Value,
    sortText: String(index).padStart(3, '0'),
    ...(schema?.default !== undefined && yamlOf(schema.default) === text ? { detail: 'default' } : {}),
    ...documentationOf(schema),
    newText: text,
  }))
}

function yamlOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`
  return typeof value === 'string' && /[:#%{}[\],&*!|>'"]|^\s|\s$/.test(value) && !/^(\/|https?:|~)/.test(value)
    ? JSON.stringify(value)
    : String(value)
}

function documentationOf(schema: KeySchema | undefined): Pick<CompletionItem, 'documentation'> {
  const value = schema?.markdownDescription ?? schema?.description
  return value === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value } }
}

function serverNames({ value, text }: FleetDocument): string[] {
  const servers = typeof value === 'object' && value !== null && 'servers' in value ? value.servers : undefined
  if (typeof servers === 'object' && servers !== null) return Object.keys(servers)
  // A text that cannot be read as YAML still shows its servers to the eye.
  const block = /^servers:[ \t]*\r?\n((?:[ \t]+.*\r?\n?|\r?\n)*)/m.exec(text)?.[1] ?? ''
  return [...block.matchAll(/^ {1,4}([A-Za-z0-9][A-Za-z0-9._-]*):/gm)].map(match => match[1] ?? '')
}
