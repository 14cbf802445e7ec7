import type { TextDocument } from 'vscode-languageserver-textdocument'
import { FleetReader } from '../fleet/fleet-reader'
import { isFleetFile } from '../fleet/is-fleet-file'
import { CheckedDocument } from './checked-document'
import { mayBecomeFleetFile } from './may-become-fleet-file'

interface Newest {
  readonly checked: CheckedDocument
  readonly ours: boolean
  readonly reader: FleetReader
}

/** The newest version of each open document, so that no version is parsed twice. */
export class CheckedDocuments {
  readonly #newest = new Map<string, Newest>()

  /** The current document; undefined for a file that is not ours. */
  get(open: TextDocument): CheckedDocument | undefined {
    const { checked, ours } = this.#current(open)
    return ours ? checked : undefined
  }

  /** Like `get`, but also for a file whose first line is still being typed, so that its kind is not clear yet. */
  getEarly(open: TextDocument): CheckedDocument | undefined {
    const { checked, ours } = this.#current(open)
    return ours || mayBecomeFleetFile(pathOf(open.uri), checked.text, () => checked.document) ? checked : undefined
  }

  forget(uri: string): void {
    this.#newest.delete(uri)
  }

  #current(open: TextDocument): Newest {
    const known = this.#newest.get(open.uri)
    if (known?.checked.isNewestOf(open)) return known
    const reader = known?.reader ?? new FleetReader()
    const checked = new CheckedDocument(open, reader)
    // Untitled documents have no file name; go by the chosen language.
    const chosen = open.uri.startsWith('untitled:') && open.languageId === 'fleet-yaml'
    const current = {
      checked,
      reader,
      ours: chosen || isFleetFile(pathOf(open.uri), checked.text, () => checked.document),
    }
    this.#newest.set(open.uri, current)
    return current
  }
}

function pathOf(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}
