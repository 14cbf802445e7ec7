import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver/node'
import { isMap, isScalar, type Node } from 'yaml'
import type { DocumentPath, FleetDocument } from '../fleet/document'
import type { Fleet } from '../fleet/fleet'
import { counted } from '../fleet/words'
import { rangeIn } from './positions'

/** Deeper than this a fleet.yaml has nothing that anybody looks for in an outline. */
const deepest = 3

/** The keys of a document as a tree, with what a server comes to beside its name. */
export function outline(document: FleetDocument, fleet: Fleet | undefined): DocumentSymbol[] {
  const children = (path: DocumentPath): DocumentSymbol[] => {
    const node = document.nodeAt(path)
    if (!isMap(node) || path.length >= deepest) return []
    return node.items.flatMap(pair => {
      const name = String(isScalar(pair.key) ? pair.key.value : pair.key)
      const key = document.rangeOf([...path, name], 'key')
      const value = document.rangeOf([...path, name], 'value')
      if (name.trim() === '' || !key) return []
      const detail = detailOf(fleet, [...path, name], pair.value as Node | null)
      return [
        {
          name,
          kind: kindOf([...path, name], pair.value as Node | null),
          range: rangeIn(document, { start: key.start, end: Math.max(key.end, value?.end ?? 0) }),
          selectionRange: rangeIn(document, key),
          children: children([...path, name]),
          ...(detail === undefined ? {} : { detail }),
        },
      ]
    })
  }
  return children([])
}

function kindOf(path: DocumentPath, value: Node | null): SymbolKind {
  if (path[0] === 'servers' && path.length === 2) return SymbolKind.Class
  return isMap(value) ? SymbolKind.Namespace : SymbolKind.Property
}

function detailOf(fleet: Fleet | undefined, path: DocumentPath, value: Node | null): string | undefined {
  if (path[0] === 'servers' && path.length === 2) {
    const server = fleet?.servers.find(({ name }) => name === path[1])
    return (
      server &&
      `${counted(server.workers.length, 'worker')}, ${counted(server.workers.length * server.maxConcurrentCalls, 'call')}`
    )
  }
  return isScalar(value) ? String(value.value ?? '') : undefined
}
