import type { CompletionItemKind } from 'vscode-languageserver/node'
import type { Surroundings } from '../surroundings'
import type { Cursor } from './cursor'

/** What completion knows: the text, where the cursor is in it, and what stands around. */
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

/** Something that can be typed at the cursor, before it takes the form that a client understands. */
export interface Suggestion {
  readonly label: string
  readonly kind: CompletionItemKind
  readonly detail?: string
  /** In Markdown. */
  readonly documentation?: string
  /** What is put in, with places for the cursor as `$1`, `${2:default}` or `${1|a,b|}` (LSP, "Snippet Syntax"). */
  readonly snippet: string
  /** The value of the key that is put in can be completed in turn. */
  readonly goesOn?: boolean
}
