import { type DocumentHighlight, DocumentHighlightKind, DocumentHighlightRequest } from 'vscode-languageserver/node'
import { placesOf, serverNameAt } from '../../fleet/server-references'
import { feature } from '../feature'

/** The places of the server's name that the cursor is on; null elsewhere, so that an editor may highlight equal words. */
export const highlight = feature({
  request: DocumentHighlightRequest.type,
  asks: ['position'],
  offer: client => (client.knows('documentHighlight') ? { documentHighlightProvider: true } : undefined),
  answer: (checked, { position }): DocumentHighlight[] | null => {
    const found = serverNameAt(checked.document, checked.offsetAt(position))
    return found
      ? placesOf(checked.document, found.name).map(({ range, kind }) => ({
          range: checked.rangeOf(range),
          kind: kind === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        }))
      : null
  },
})
