import type { CompletionItemKind } from 'vscode-languageserver/node'
import type { Surroundings } from '../surroundings'
import type { Cursor } from './cursor'

/** What completion knows: the text, where the cursor is in it, and the surroundings. */
export interface CompletionContext {
  readonly text: string
  readonly uri: string
  readonly cursor: Cursor
  /** The names of the file's servers, in order. */
  readonly servers: () => readonly string[]
  /** The numbers of a server's workers, as far as they are known. */
  readonly workersOf: (server: string) => readonly number[]
  readonly surroundings: Surroundings
}

/** Something that can be typed at the cursor, before it gets the form that a client understands. */
export interface Suggestion {
  readonly label: string
  readonly kind: CompletionItemKind
  readonly detail?: string
  /** In Markdown. */
  readonly documentation?: string
  /** The text to insert, with places for the cursor as `$1`, `${2:default}` or `${1|a,b|}` (LSP, "Snippet Syntax"). */
  readonly snippet: string
  /** The value of the inserted key can be completed in turn. */
  readonly goesOn?: boolean
}
