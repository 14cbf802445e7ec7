import { DefinitionRequest, type Location } from 'vscode-languageserver/node'
import { placesOf, serverNameAt } from '../../fleet/server-references'
import { feature } from '../feature'

/** From a server's name to its definition. */
export const definition = feature({
  request: DefinitionRequest.type,
  asks: ['position'],
  offer: client => (client.knows('definition') ? { definitionProvider: true } : undefined),
  answer: (checked, { position }): Location[] => {
    const found = serverNameAt(checked.document, checked.offsetAt(position))
    return found
      ? placesOf(checked.document, found.name)
          .filter(({ kind }) => kind === 'definition')
          .map(({ range }) => ({ uri: checked.uri, range: checked.rangeOf(range) }))
      : []
  },
})
