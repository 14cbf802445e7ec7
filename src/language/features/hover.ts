import { t } from '@vscode/l10n'
import { type Hover, HoverRequest, MarkupKind } from 'vscode-languageserver/node'
import type { DocumentPath } from '../../fleet/document'
import type { Fleet, Server } from '../../fleet/fleet'
import { schemaAt } from '../../fleet/schema'
import { counted, shown } from '../../fleet/words'
import { serverLine } from '../../nginx/server-line'
import type { CheckedDocument } from '../checked-document'
import { feature } from '../feature'
import { capacityOf, capacitySum } from '../hover/capacity'
import { type InEffect, inEffect, withoutIt } from '../hover/in-effect'
import { asCode, keyDocumentation } from '../key-words'

/** What a key means, which value it has and why, and what that amounts to in this fleet. */
export const hover = feature({
  request: HoverRequest.type,
  asks: ['position'],
  offer: client => (client.knows('hover') ? { hoverProvider: true } : undefined),
  answer: (checked, { position }, { client }) => hoverAt(checked, checked.offsetAt(position), client.hoverMarkdown),
})

function hoverAt(checked: CheckedDocument, offset: number, markdown: boolean): Hover | null {
  const { document } = checked
  const { path, part } = document.pathAt(offset)
  const place = document.rangeOf(path, part)
  if (path.length === 0 || !place || offset < place.start || offset > place.end) return null
  // Not all lines of a map are its own: only its key is, or a value without keys.
  if (part === 'value' && isMap(checked, path)) return null
  const parts = [heading(path), keyDocumentation(path, markdown), holding(checked, path), comesTo(checked, path)]
  const value = parts.filter(Boolean).join('\n\n')
  if (!schemaAt(path)) return null
  return {
    contents: markdown ? { kind: MarkupKind.Markdown, value } : { kind: MarkupKind.PlainText, value: plain(value) },
    range: checked.rangeOf(place),
  }
}

const heading = (path: DocumentPath): string => `**${path.findLast(step => typeof step === 'string') ?? ''}**`

const plain = (markdown: string): string => markdown.replace(/\*\*|`(?:``nginx\n)?|\n```/g, '')

function isMap({ document }: CheckedDocument, path: DocumentPath): boolean {
  const value = inEffect(document, path)?.value
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** For a map, the values of all its keys and where each comes from; for a value, what would apply without it. */
function holding(checked: CheckedDocument, path: DocumentPath): string | undefined {
  const { document } = checked
  const keys = schemaAt(path)?.properties
  if (keys) {
    const lines = Object.keys(keys).flatMap(key => {
      const found = inEffect(document, [...path, key])
      const isValue = found && (typeof found.value !== 'object' || Array.isArray(found.value))
      return isValue ? [`- ${key}: ${asCode(shown(found.value))} (${sourceWords(checked, found)})`] : []
    })
    return lines.length > 0 ? `${t('In effect:')}\n\n${lines.join('\n')}` : undefined
  }
  const otherwise = withoutIt(document, path)
  // The default is shown already.
  if (!otherwise || otherwise.source === 'default') return undefined
  return t('Without this line: {0}, from {1}.', asCode(shown(otherwise.value)), sourceWords(checked, otherwise))
}

function sourceWords(checked: CheckedDocument, { path, source }: InEffect): string {
  if (source === 'default') return t('default')
  if (source === 'name') return t("the server's name")
  const place = path && checked.document.rangeOf(path, 'key')
  if (!path || !place) return source === 'line' ? t('this line') : (path?.join('.') ?? '')
  const line = checked.positionAt(place.start).line + 1
  return source === 'line' ? t('line {0}', line) : t('{0}, line {1}', path.join('.'), line)
}

/** What a key of `servers`, or a reference to one, amounts to in this fleet. */
function comesTo({ fleet, document }: CheckedDocument, path: DocumentPath): string | undefined {
  if (!fleet) return undefined
  const [top, second, third, worker] = path
  if (top === 'servers' && path.length === 1) return fleetCapacity(fleet)
  if (top === 'load_balancer' && second === 'server') {
    const named = serverNamed(fleet, inEffect(document, path)?.value)
    return named && serverMeaning(fleet, named)
  }
  const server = top === 'servers' ? serverNamed(fleet, second) : undefined
  if (!server) return undefined
  if (third === 'worker_options' && worker !== undefined) return nginxLines(server, Number(worker))
  return third === undefined || meaningfulKeys.has(String(third)) ? serverMeaning(fleet, server) : undefined
}

/** The keys of a server that its capacity and its lines of the upstream depend on. */
const meaningfulKeys = new Set(['workers', 'worker_options', 'max_concurrent_calls', 'cores', 'address'])

const serverNamed = (fleet: Fleet, name: unknown): Server | undefined =>
  fleet.servers.find(server => server.name === name)

function fleetCapacity({ servers }: Fleet): string {
  const { workers, calls } = capacityOf(servers)
  return t(
    '{0}, {1}, {2} at a time.',
    counted(servers.length, 'server'),
    counted(workers, 'worker'),
    counted(calls, 'call'),
  )
}

function serverMeaning(fleet: Fleet, server: Server): string {
  return `${capacitySum(server, fleet.service.callsPerCore)}\n\n${nginxLines(server)}`
}

const mostLines = 20

/** The lines of nginx's upstream that a server's workers become, or one of them. */
function nginxLines({ workers }: Server, only?: number): string {
  const chosen = only === undefined ? workers : workers.filter(({ id }) => id === only)
  const lines = chosen.slice(0, mostLines).map(serverLine)
  const more = chosen.length > mostLines ? [`# ${t('and {0} more', chosen.length - mostLines)}`] : []
  return chosen.length === 0 ? '' : `\`\`\`nginx\n${[...lines, ...more].join('\n')}\n\`\`\``
}
