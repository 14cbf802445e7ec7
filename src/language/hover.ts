import { type Hover, MarkupKind } from 'vscode-languageserver/node'
import type { DocumentPath, FleetDocument } from '../fleet/document'
import type { Fleet, Server } from '../fleet/fleet'
import { schemaAt } from '../fleet/schema'
import { counted } from '../fleet/words'
import { serverLine } from '../nginx/server-line'
import { rangeIn } from './positions'

/** What a key means, what holds without it, and what it comes to in this fleet; undefined where there is nothing to say. */
export function hover(document: FleetDocument, fleet: Fleet | undefined, offset: number): Hover | undefined {
  const { path } = document.pathAt(offset)
  if (path.length === 0) return undefined
  const range = document.rangeOf(path, 'key') ?? document.rangeOf(path, 'value')
  const value = document.rangeOf(path, 'value')
  const isOver = [range, value].some(place => place && offset >= place.start && offset <= place.end)
  const parts = [documentation(path), fleet && effect(fleet, path)].filter(part => part !== undefined)
  if (!range || !isOver || parts.length === 0) return undefined
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') }, range: rangeIn(document, range) }
}

function documentation(path: DocumentPath): string | undefined {
  const schema = schemaAt(path)
  if (!schema) return undefined
  const choice = schema.enum ? `One of ${schema.enum.map(code).join(', ')}.` : undefined
  const examples =
    !schema.enum && schema.examples?.length ? `For example ${schema.examples.map(code).join(', ')}.` : undefined
  const isScalar = schema.default !== undefined && typeof schema.default !== 'object'
  const otherwise = isScalar ? `Default: ${code(schema.default)}.` : undefined
  return [`**${path.at(-1)}**`, schema.markdownDescription, [choice, otherwise, examples].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join('\n\n')
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

function effect(fleet: Fleet, path: DocumentPath): string | undefined {
  const [top, name, key] = path
  if (top !== 'servers') return undefined
  const server = fleet.servers.find(candidate => candidate.name === name)
  if (name === undefined) return capacity(fleet.servers)
  if (!server || (key !== undefined && key !== 'workers' && key !== 'worker_options')) return undefined
  const lines = server.workers.slice(0, 20).map(serverLine)
  const more = server.workers.length > lines.length ? [`# and ${server.workers.length - lines.length} more`] : []
  return `${capacity([server])}\n\n\`\`\`nginx\n${[...lines, ...more].join('\n')}\n\`\`\``
}

function capacity(servers: readonly Server[]): string {
  const workers = servers.reduce((sum, server) => sum + server.workers.length, 0)
  const calls = servers.reduce((sum, server) => sum + server.workers.length * server.maxConcurrentCalls, 0)
  return `${counted(workers, 'worker')}, ${counted(calls, 'call')} at a time.`
}
