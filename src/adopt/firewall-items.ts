import type { Item } from './commented-yaml'
import type { Scene } from './sighting'

/** The firewall where Fleet Ops has set it up on a server before; other rules are none of fleet.yaml's. */
export function firewallItems({ names }: Scene): readonly Item[] {
  const tools = new Set([...names.keys()].flatMap(({ survey }) => (survey.firewall ? [survey.firewall] : [])))
  const [tool, ...others] = tools
  if (tool === undefined) return []
  const mixed: readonly Item[] =
    others.length > 0 ? [{ comment: `other servers have rules of Fleet Ops in ${others.join(' and ')}` }] : []
  return [{ key: 'firewall', value: { tool } }, ...mixed]
}
