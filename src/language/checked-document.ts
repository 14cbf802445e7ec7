import type { Position, Range } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { checkFleet, type FleetCheck } from '../fleet/check'
import type { FleetDocument } from '../fleet/document'
import type { FleetReader } from '../fleet/fleet-reader'
import type { TextEdit, TextRange } from '../fleet/text'

/**
 * One version of an open text, parsed when something first asks for the tree, and checked when something first asks for
 * the findings: each at most once. Only valid until the text changes, because positions are looked up in the open text.
 */
export class CheckedDocument {
  readonly uri: string
  readonly version: number
  readonly text: string
  readonly #open: TextDocument
  #document: FleetDocument | undefined
  #check: FleetCheck | undefined

  readonly #reader: FleetReader

  /** @param reader reads the versions of this text */
  constructor(open: TextDocument, reader: FleetReader) {
    this.#reader = reader
    this.uri = open.uri
    this.version = open.version
    this.text = open.getText()
    this.#open = open
  }

  get document(): FleetDocument {
    this.#document ??= this.#reader.read(this.text)
    return this.#document
  }

  get findings(): FleetCheck['findings'] {
    return this.#checked.findings
  }

  /** The fleet as far as the text is valid; undefined if hardly anything is. */
  get fleet(): FleetCheck['fleet'] {
    return this.#checked.known
  }

  get #checked(): FleetCheck {
    this.#check ??= checkFleet(this.document)
    return this.#check
  }

  /** Whether this is what an open document holds now: version numbers restart when a document is opened again. */
  isNewestOf(open: TextDocument): boolean {
    return open === this.#open && open.version === this.version
  }

  /** An LSP position as an offset into the text. One outside the text becomes the nearest inside. */
  offsetAt(position: Position): number {
    return this.#open.offsetAt(position)
  }

  positionAt(offset: number): Position {
    return this.#open.positionAt(offset)
  }

  /** Offsets as LSP positions: lines, and UTF-16 code units within each. */
  rangeOf({ start, end }: TextRange): Range {
    return { start: this.#open.positionAt(start), end: this.#open.positionAt(end) }
  }

  editOf({ range, newText }: TextEdit): { range: Range; newText: string } {
    return { range: this.rangeOf(range), newText }
  }
}
