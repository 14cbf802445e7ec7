import { type InlayHint, InlayHintRequest } from 'vscode-languageserver/node'
import type { DocumentPath } from '../../fleet/document'
import type { Server } from '../../fleet/fleet'
import { counted } from '../../fleet/words'
import type { CheckedDocument } from '../checked-document'
import { feature } from '../feature'
import { capacityOf, capacitySum, endpointsOf } from '../hover/capacity'

/** What workers amount to, after their line: where they listen and how many calls they take, and the total at `servers`. */
export const inlayHints = feature({
  request: InlayHintRequest.type,
  asks: ['range'],
  offer: client => (client.knows('inlayHint') ? { inlayHintProvider: true } : undefined),
  answer: (checked, { range }): InlayHint[] => {
    const { fleet } = checked
    if (!fleet || fleet.servers.length === 0) return []
    const from = checked.offsetAt(range.start)
    const to = checked.offsetAt(range.end)
    const sum = capacityOf(fleet.servers)
    const words = [
      counted(fleet.servers.length, 'server'),
      counted(sum.workers, 'worker'),
      counted(sum.calls, 'call'),
    ].join(' · ')
    const hints = [
      hint(checked, ['servers'], words),
      ...fleet.servers.map(server => serverHint(checked, server, fleet.service.callsPerCore)),
    ]
    return hints
      .filter(found => found !== undefined)
      .filter(({ offset }) => offset >= from && offset <= to)
      .map(({ offset, label, tooltip }) => ({
        position: checked.positionAt(offset),
        label,
        paddingLeft: true,
        ...(tooltip === undefined ? {} : { tooltip }),
      }))
  },
})

interface Hint {
  readonly offset: number
  readonly label: string
  readonly tooltip?: string | undefined
}

function serverHint(checked: CheckedDocument, server: Server, callsPerCore: number): Hint | undefined {
  const tooltip = capacitySum(server, callsPerCore)
  const comesTo = [endpointsOf(server), counted(capacityOf([server]).calls, 'call')].filter(Boolean).join(' · ')
  const path = ['servers', server.name]
  return (
    hint(checked, [...path, 'workers'], comesTo, tooltip) ??
    hint(checked, path, `${counted(server.workers.length, 'worker')} · ${comesTo}`, tooltip)
  )
}

/** After the value if that ends on the line of its key, else after the key's colon. */
function hint(
  { document, text }: CheckedDocument,
  path: DocumentPath,
  label: string,
  tooltip?: string,
): Hint | undefined {
  const key = document.rangeOf(path, 'key')
  const value = document.rangeOf(path, 'value')
  if (!key || !value) return undefined
  const isOneLine = value.end > key.end && !text.slice(key.end, value.end).includes('\n')
  const colon = text.indexOf(':', key.end)
  return { offset: isOneLine ? value.end : colon < 0 ? key.end : colon + 1, label, tooltip }
}
