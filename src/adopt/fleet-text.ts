import { t } from '@vscode/l10n'
import type { Drift } from '../plan/drift'
import { commentLines, type Item, writeItems } from './commented-yaml'
import { firewallFleets, firewallItems } from './firewall-items'
import { loadBalancerItems } from './load-balancer-items'
import { serverItems } from './server-items'
import { serviceItems } from './service-items'
import { type Scene, type Sighting, sceneOf } from './sighting'
import { commonSsh } from './ssh-items'

/**
 * The text of a fleet.yaml that describes what was seen, without defaults, and with comments on what is uncertain and what it cannot
 * express. From the servers' files it holds only the two values that fleet.yaml is for. `drifts` is what `status` would
 * say about it.
 */
export function fleetText(sighting: Sighting, drifts: readonly Drift[] = []): string {
  const scene = sceneOf(sighting)
  const service = serviceItems(scene)
  const ssh = commonSsh(scene)
  const sections: readonly (readonly Item[])[] = [
    [{ key: 'name', value: scene.name, note: nameNote(scene) }],
    service.length > 0 ? [section('service', service)] : [],
    Object.keys(ssh).length > 0
      ? [
          section(
            'ssh',
            Object.entries(ssh).map(([key, value]) => ({ key, value })),
          ),
        ]
      : [],
    [section('load_balancer', loadBalancerItems(scene))],
    [section('servers', serverItems(scene))],
    firewallItems(scene),
  ]
  const body = sections.filter(items => items.length > 0).map(items => writeItems(items))
  return [head(scene, drifts), ...body].join('\n')
}

const nameNote = ({ name, names }: Scene): string =>
  firewallFleets([...names.keys()]).includes(name)
    ? t('names the lock, the terminals, the log and the existing firewall rules: keep it')
    : t('names the lock, the terminals and the log: choose your own')

/** A section with only comments would be a key without a value. */
function section(key: string, items: readonly Item[]): Item {
  if (items.some(item => 'key' in item)) return { key, items }
  const comments = items.map(item => ('comment' in item ? item.comment : ''))
  return { comment: `${key}: ${comments.join('. ')}` }
}

function head({ command }: Scene, drifts: readonly Drift[]): string {
  const found = [
    t('What `{0}` found, with defaults left out.', command),
    t('Compare it with the servers at any time: fleet-ops status FILE'),
  ]
  const differs =
    drifts.length > 0
      ? ['', t('What status reports now, because the servers differ from what fleet.yaml can express:')]
      : []
  const lines = [...found, ...differs, ...drifts.map(({ message }) => `- ${message}`)]
  return lines.map(line => (line === '' ? '#\n' : commentLines(line))).join('')
}
