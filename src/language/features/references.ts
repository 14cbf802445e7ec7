import { type Location, ReferencesRequest } from 'vscode-languageserver/node'
import { placesOf, serverNameAt } from '../../fleet/server-references'
import { feature } from '../feature'

/** Every place that names a server. */
export const references = feature({
  request: ReferencesRequest.type,
  asks: ['position', 'context'],
  offer: client => (client.knows('references') ? { referencesProvider: true } : undefined),
  answer: (checked, { position, context }): Location[] => {
    const found = serverNameAt(checked.document, checked.offsetAt(position))
    return found
      ? placesOf(checked.document, found.name)
          .filter(({ kind }) => context.includeDeclaration || kind === 'reference')
          .map(({ range }) => ({ uri: checked.uri, range: checked.rangeOf(range) }))
      : []
  },
})
