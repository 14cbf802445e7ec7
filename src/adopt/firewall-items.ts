import { t } from '@vscode/l10n'
import { listOf } from '../fleet/words'
import type { Item } from './commented-yaml'
import type { Scene } from './sighting'
import type { FoundHost } from './survey'

/** The fleets that Fleet Ops has set up a firewall for on these servers. Its rules bear the fleet's name. */
export const firewallFleets = (hosts: readonly FoundHost[]): readonly string[] => [
  ...new Set(hosts.flatMap(({ survey }) => survey.firewalls.map(({ fleet }) => fleet))),
]

/** The firewall, if Fleet Ops has set it up for this fleet before; other rules are no concern of fleet.yaml. */
export function firewallItems({ names, name, allowed = [] }: Scene): readonly Item[] {
  const all = [...names.keys()].flatMap(({ survey }) => survey.firewalls)
  const [tool, ...others] = new Set(all.filter(({ fleet }) => fleet === name).map(one => one.tool))
  return [
    ...(tool === undefined ? [] : [{ key: 'firewall', items: rulesItems(tool, allowed) }]),
    ...(others.length > 0 ? [{ comment: t('other servers have the rules of Fleet Ops in {0}', listOf(others)) }] : []),
    ...otherFleets([...names.keys()], name),
  ]
}

const rulesItems = (tool: string, allowed: readonly string[]): readonly Item[] => [
  { key: 'tool', value: tool },
  ...(allowed.length > 0 ? [{ key: 'allow_from', value: allowed }] : []),
]

function otherFleets(hosts: readonly FoundHost[], name: string): readonly Item[] {
  const others = firewallFleets(hosts).filter(fleet => fleet !== name)
  if (others.length === 0) return []
  return [
    { comment: t('Fleet Ops has set up a firewall there for fleet {0} too, which is not changed', listOf(others)) },
  ]
}
