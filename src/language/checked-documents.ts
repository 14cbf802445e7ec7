import type { TextDocument } from 'vscode-languageserver-textdocument'
import { checkFleet, type FleetCheck } from '../fleet/check'
import { type FleetDocument, parseFleetDocument } from '../fleet/document'
import { isFleetFile } from '../fleet/is-fleet-file'

/** A version of an open text, parsed and checked once. */
export interface CheckedDocument extends FleetCheck {
  readonly version: number
  readonly document: FleetDocument
}

/** The newest parse of each open document, so that no version is parsed twice. */
export class CheckedDocuments {
  readonly #checked = new Map<string, CheckedDocument>()

  /** The document as it is now; undefined for a file that is not ours. */
  get(text: TextDocument): CheckedDocument | undefined {
    const known = this.#checked.get(text.uri)
    if (known?.version === text.version) return known
    const content = text.getText()
    if (!isFleetFile(decodeURIComponent(text.uri), content)) {
      this.#checked.delete(text.uri)
      return undefined
    }
    const document = parseFleetDocument(content)
    const checked = { version: text.version, document, ...checkFleet(document) }
    this.#checked.set(text.uri, checked)
    return checked
  }

  forget(uri: string): void {
    this.#checked.delete(uri)
  }
}
