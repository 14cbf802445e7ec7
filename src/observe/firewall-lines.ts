import type { ObservedFirewall, ObservedRules } from '../fleet/observed'

/** What the probe said about the firewall (src/remote/scripts/probe-firewall.sh), or undefined if it could not look. */
export function firewallOf(
  values: ReadonlyMap<string, string>,
  rules: readonly string[],
): ObservedFirewall | undefined {
  if (!values.has('firewall_seen')) return undefined
  return {
    nftables: values.has('nftables') ? 'installed' : 'absent',
    ufw: oneOf(['active', 'inactive', 'inactive-with-rules'] as const, values.get('ufw')) ?? 'absent',
    own: rules.flatMap(line => rulesOf(line)),
  }
}

/** `TOOL PORTS SOURCES STATE`, with `-` for none. */
function rulesOf(line: string): readonly ObservedRules[] {
  const [name, ports, sources, condition] = line.split(' ')
  const tool = oneOf(['nftables', 'ufw'] as const, name)
  const state = oneOf(['whole', 'unsaved', 'inactive', 'partial'] as const, condition)
  return tool && state ? [{ tool, ports: listOf(ports), sources: listOf(sources), state }] : []
}

/** Lines of `ADDRESS SOURCE`, as sources by address. */
export function sourcesOf(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const pairs = lines.map(line => line.split(' '))
  const addresses = [...new Set(pairs.map(([address = '']) => address))]
  return Object.fromEntries(
    addresses.map(address => [
      address,
      [...new Set(pairs.flatMap(([of, source]) => (of === address && source ? [source] : [])))],
    ]),
  )
}

const listOf = (text: string | undefined): readonly string[] =>
  text === undefined || text === '-' ? [] : text.split(',')

const oneOf = <Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined =>
  words.find(word => word === text)
