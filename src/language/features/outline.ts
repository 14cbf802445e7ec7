import { t } from '@vscode/l10n'
import {
  type DocumentSymbol,
  DocumentSymbolRequest,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver/node'
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { DocumentPath } from '../../fleet/document'
import { keyText } from '../../fleet/node-places'
import { isSecretKey } from '../../fleet/secrets'
import { counted, shown } from '../../fleet/words'
import type { CheckedDocument } from '../checked-document'
import { feature } from '../feature'
import { capacityOf } from '../hover/capacity'

/** The keys of a file as a tree, with what each contains or amounts to beside its name. */
export const outline = feature({
  request: DocumentSymbolRequest.type,
  offer: client => (client.knows('documentSymbol') ? { documentSymbolProvider: { label: t('Fleet') } } : undefined),
  answer: (checked, _, { client }): DocumentSymbol[] | SymbolInformation[] => {
    const symbols = symbolsIn(checked, [])
    return client.symbolTrees ? symbols : flat(checked.uri, symbols)
  },
})

/** Nobody looks for anything deeper than this in the outline of a fleet.yaml. */
const deepest = 4

function symbolsIn(checked: CheckedDocument, path: DocumentPath): DocumentSymbol[] {
  const { document } = checked
  const node = document.nodeAt(path)
  if (!isMap(node) || path.length >= deepest) return []
  return node.items.flatMap(pair => {
    const name = keyText(pair.key)
    const own = [...path, name]
    const key = rangeOfNode(pair.key)
    if (name.trim() === '' || !key) return []
    const value = pair.value as Node | null
    const detail = detailOf(checked, own, value)
    return [
      {
        name,
        kind: kindOf(own, value),
        range: checked.rangeOf({ start: key.start, end: Math.max(key.end, rangeOfNode(value)?.end ?? 0) }),
        selectionRange: checked.rangeOf(key),
        ...(detail === undefined ? {} : { detail }),
        children: symbolsIn(checked, own),
      },
    ]
  })
}

function rangeOfNode(node: unknown): { start: number; end: number } | undefined {
  const range = (node as Node | null)?.range
  return range ? { start: range[0], end: range[1] } : undefined
}

const kinds: Readonly<Record<string, SymbolKind>> = {
  string: SymbolKind.String,
  number: SymbolKind.Number,
  boolean: SymbolKind.Boolean,
}

function kindOf(path: DocumentPath, value: Node | null): SymbolKind {
  if (path[0] === 'servers' && path.length === 2) return SymbolKind.Class
  if (isMap(value)) return path.length === 1 ? SymbolKind.Module : SymbolKind.Object
  if (isSeq(value)) return SymbolKind.Array
  return kinds[isScalar(value) ? typeof value.value : ''] ?? SymbolKind.Null
}

function detailOf({ fleet }: CheckedDocument, path: DocumentPath, value: Node | null): string | undefined {
  if (path[0] === 'servers' && path.length <= 2) {
    const servers = fleet?.servers.filter(({ name }) => path.length === 1 || name === path[1]) ?? []
    if (servers.length === 0) return undefined
    const { workers, calls } = capacityOf(servers)
    return [counted(workers, 'worker'), counted(calls, 'call')].join(', ')
  }
  if (isSeq(value)) return counted(value.items.length, 'item')
  if (!isScalar(value) || value.value === null) return undefined
  return isSecretKey(String(path.at(-1))) ? t('(a secret)') : shown(value.value)
}

function flat(uri: string, symbols: readonly DocumentSymbol[], containerName?: string): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range }, ...(containerName === undefined ? {} : { containerName }) },
    ...flat(uri, children, name),
  ])
}
