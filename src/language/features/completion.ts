import {
  type CompletionItem,
  CompletionRequest,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type TextEdit,
} from 'vscode-languageserver/node'
import { newlineOf } from '../../fleet/lines'
import type { CheckedDocument } from '../checked-document'
import type { ClientSupport } from '../client-support'
import { cursorAt } from '../completion/cursor'
import type { CompletionContext, Suggestion } from '../completion/item'
import { keySuggestions } from '../completion/keys'
import { serverNames } from '../completion/server-names'
import { silencingSuggestions, valueSuggestions } from '../completion/values'
import { type FeatureContext, feature } from '../feature'

/** What can be typed at a cursor, in valid and in broken text. */
export const completion = feature({
  request: CompletionRequest.type,
  asks: ['position'],
  offer: client =>
    client.knows('completion') ? { completionProvider: { triggerCharacters: [' ', ':', '{', ',', '['] } } : undefined,
  atOnce: true,
  answer: (checked, { position }, context) => complete(checked, checked.offsetAt(position), context),
})

type Suggest = (context: CompletionContext) => readonly Suggestion[]

const suggestAt: Readonly<Record<CompletionContext['cursor']['place'], Suggest>> = {
  key: keySuggestions,
  value: context => [...valueSuggestions(context), ...keysBelow(context)],
  item: valueSuggestions,
  comment: silencingSuggestions,
  nowhere: () => [],
}

function complete(
  checked: CheckedDocument,
  offset: number,
  { client, surroundings }: FeatureContext,
): CompletionItem[] {
  const { text, uri } = checked
  const cursor = cursorAt(text, offset)
  const context: CompletionContext = {
    text,
    uri,
    cursor,
    surroundings,
    servers: () => serverNames(text),
    workersOf: name => checked.fleet?.servers.find(server => server.name === name)?.workers.map(({ id }) => id) ?? [],
  }
  const form = formOf(checked, offset, context, client)
  return suggestAt[cursor.place](context).map((suggestion, index) => form(suggestion, index))
}

/** The keys of a map that opens on the line of its key: they go below it, whereas a value would go after the colon. */
function keysBelow({ cursor, ...context }: CompletionContext): readonly Suggestion[] {
  const { word, style, hasLines, quoted, indentation } = cursor
  if (style === 'flow' || hasLines || quoted || word.start < word.end) return []
  const line = `\n${' '.repeat(indentation + 2)}`
  const below = { ...cursor, place: 'key', indentation: indentation + 2, present: new Set<string>() } as const
  return keySuggestions({ ...context, cursor: below }).map(({ snippet, ...key }) => ({
    ...key,
    snippet: line + snippet,
  }))
}

/** Turns a suggestion into what the client understands: where it goes, with which spaces, and with places for the cursor or none. */
function formOf(checked: CheckedDocument, offset: number, { text, cursor }: CompletionContext, client: ClientSupport) {
  const { place, word, afterColon } = cursor
  // A value below its key leaves no space after the colon; a value on the line has one.
  const isBelow = (snippet: string) => snippet.startsWith('\n')
  const space = place === 'value' && word.start === afterColon ? ' ' : ''
  const newline = newlineOf(text)
  const realign = place === 'key' && cursor.style === 'block' ? indentationEdit(checked, offset, cursor) : undefined
  return (suggestion: Suggestion, index: number): CompletionItem => {
    const { label, kind, detail, documentation, snippet, goesOn } = suggestion
    const start = isBelow(snippet) ? afterColon : word.start
    const written = (isBelow(snippet) ? snippet : space + snippet).replaceAll('\n', newline)
    const newText = client.snippets ? written : plainText(written)
    const insert = checked.rangeOf({ start, end: offset })
    const replace = checked.rangeOf({ start, end: Math.max(offset, word.end) })
    return {
      label,
      kind,
      sortText: String(index).padStart(4, '0'),
      ...(detail === undefined ? {} : { detail }),
      ...(documentation ? { documentation: documented(documentation, client) } : {}),
      ...(isBelow(snippet) ? { filterText: text.slice(afterColon, offset) + label } : {}),
      insertTextFormat: client.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      ...(client.insertAsIs && newText.includes(newline) ? { insertTextMode: InsertTextMode.asIs } : {}),
      textEdit: client.insertReplace ? { newText, insert, replace } : { newText, range: insert },
      ...(realign ? { additionalTextEdits: [realign] } : {}),
      ...(goesOn && client.commands ? { command: { title: '', command: 'editor.action.triggerSuggest' } } : {}),
    }
  }
}

/** Corrects the spaces before a key that is not in line with its siblings. */
function indentationEdit(
  checked: CheckedDocument,
  offset: number,
  { word, quoted, indentation }: CompletionContext['cursor'],
): TextEdit | undefined {
  const lineStart = Math.max(checked.text.lastIndexOf('\n', offset - 1) + 1, checked.text.startsWith('\uFEFF') ? 1 : 0)
  const range = { start: lineStart, end: word.start - Number(quoted) }
  const newText = ' '.repeat(indentation)
  const written = checked.text.slice(range.start, range.end)
  return written === newText || written.trim() !== '' ? undefined : checked.editOf({ range, newText })
}

const documented = (value: string, { completionMarkdown }: ClientSupport) =>
  completionMarkdown ? { kind: MarkupKind.Markdown, value } : value.replaceAll('`', '')

/** A snippet as plain text, for a client without snippets: each place holds its first choice. */
function plainText(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}])*)\}/g, '$1')
    .replace(/(?<!\\)\$\d+/g, '')
    .replace(/\\([\\$}])/g, '$1')
}
