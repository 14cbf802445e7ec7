import { t } from '@vscode/l10n'
import type { TextRange } from '../fleet/text'
import { normalAddress } from './address'
import { type Directive, httpDirectives, parseConfiguration } from './syntax'
import { UpstreamError } from './upstream-error'

/** A `server` line of an upstream block. */
export interface UpstreamServer {
  /** As written. */
  readonly address: string
  /** In the one form in which addresses are compared. */
  readonly normalAddress: string
  /** In the order of the line, such as `weight=2`. */
  readonly parameters: readonly string[]
  readonly down: boolean
  readonly backup: boolean
  /** From `server` through the semicolon. */
  readonly range: TextRange
}

/** An `upstream` block in a file. */
export interface UpstreamBlock {
  readonly name: string
  /** From `upstream` through the closing brace. */
  readonly range: TextRange
  readonly servers: readonly UpstreamServer[]
  /** Every other directive, by name, with its parameters as one string: `keepalive` -> `32`. */
  readonly directives: ReadonlyMap<string, string>
}

/**
 * The upstream block with that name in `http`, or undefined if there is none; one in `stream` may have the same name.
 * Throws UpstreamError if there are two, or the text is not an nginx configuration.
 */
export function readUpstream(text: string, name: string): UpstreamBlock | undefined {
  const found = [...httpDirectives(parseConfiguration(text))].filter(
    directive => directive.block && directive.words[0]?.value === 'upstream' && directive.words[1]?.value === name,
  )
  if (found.length > 1)
    throw new UpstreamError(
      t('There are {0} blocks "upstream {1}" in it, and nginx allows one. Remove the others.', found.length, name),
    )
  return found[0] && blockOf(name, found[0])
}

function blockOf(name: string, { range, block = [] }: Directive): UpstreamBlock {
  const servers = block.filter(({ words }) => words[0]?.value === 'server').map(serverOf)
  const others = block.filter(({ words }) => words[0] && words[0].value !== 'server')
  const directives = new Map(
    others.map(({ words: [first, ...rest] }) => [first?.value ?? '', rest.map(({ value }) => value).join(' ')]),
  )
  return { name, range, servers, directives }
}

function serverOf({ words: [, address, ...rest], range }: Directive): UpstreamServer {
  const parameters = rest.map(({ value }) => value)
  return {
    address: address?.value ?? '',
    normalAddress: normalAddress(address?.value ?? ''),
    parameters,
    down: parameters.includes('down'),
    backup: parameters.includes('backup'),
    range,
  }
}

/** The lines of a block by their addresses in normal form: nginx accepts an address more than once. */
export function byAddress(servers: readonly UpstreamServer[]): Map<string, readonly UpstreamServer[]> {
  const lines = new Map<string, UpstreamServer[]>()
  for (const server of servers) {
    const same = lines.get(server.normalAddress)
    if (same) same.push(server)
    else lines.set(server.normalAddress, [server])
  }
  return lines
}
