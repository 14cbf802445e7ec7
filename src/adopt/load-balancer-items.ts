import { t } from '@vscode/l10n'
import { defaults } from '../fleet/defaults'
import { readUpstream, type UpstreamBlock } from '../nginx/read-upstream'
import type { Item } from './commented-yaml'
import { commonOptions } from './line-options'
import { isSameMachine, type LiveBlock } from './live-block'
import type { Scene } from './sighting'
import { ownSsh } from './ssh-items'
import type { FoundHost } from './survey'

const { load_balancer: stock } = defaults

/** nginx: the machine that it runs on, and the block as it is, if that is not the default. */
export function loadBalancerItems(scene: Scene): readonly Item[] {
  const { block } = scene.chosen
  const machine = machineItems(scene)
  if (!block) return machine
  const live = readUpstream(block.text, block.name)
  return [
    ...machine,
    ...(block.name === stock.upstream ? [] : [{ key: 'upstream', value: block.name }]),
    ...(block.file === stock.file ? [] : [{ key: 'file', value: block.file }]),
    ...(live ? directiveItems(live, block) : []),
    ...Object.entries(commonOptions(block)).map(([key, value]) => ({ key, value })),
  ]
}

function machineItems(scene: Scene): readonly Item[] {
  const { names, chosen, separate } = scene
  const { block } = chosen
  const host = block?.host
  if (host) {
    const server = [...names].find(([candidate]) => isSameMachine(candidate, host))?.[1]
    return server === undefined ? hostItems(scene, host) : [{ key: 'server', value: server }]
  }
  const [first] = names.values()
  if (separate) {
    const why = separate.result.reachable
      ? t('no upstream of its nginx leads to these workers')
      : t('not reached: {0}', separate.result.message)
    return [{ comment: why }, ...hostItems(scene, separate)]
  }
  return [
    { comment: t('not found: the upstream. No nginx of these servers has one that leads to these workers') },
    { key: 'server', value: first ?? 'core-1' },
  ]
}

function hostItems(scene: Scene, { machine }: Pick<FoundHost, 'machine'>): readonly Item[] {
  const ssh = ownSsh(scene, machine)
  return [
    { key: 'host', value: machine.host, note: t('a machine of its own') },
    ...(Object.keys(ssh).length > 0 ? [{ key: 'ssh', value: ssh }] : []),
  ]
}

const methods = ['least_conn', 'ip_hash', 'random'] as const
/** What fleet.yaml has no key for, but a custom template can express. */
const known: ReadonlySet<string> = new Set([...methods, 'hash', 'keepalive', 'zone'])

function directiveItems({ directives }: UpstreamBlock, block: LiveBlock): readonly Item[] {
  const keepalive = Number(directives.get('keepalive') ?? 0)
  const zone = directives.get('zone')
  const [zoneName, zoneSize] = zone?.split(' ') ?? []
  const others = [...directives].filter(([name]) => !known.has(name))
  return [
    ...methodItems(directives),
    ...(keepalive === stock.keepalive ? [] : [{ key: 'keepalive', value: keepalive }]),
    ...(zoneSize !== undefined && /^\d{1,7}[km]$/i.test(zoneSize) ? [{ key: 'zone', value: zoneSize }] : []),
    ...(zone !== undefined && (zoneName !== block.name || zoneSize === undefined)
      ? [{ comment: t('its zone is "{0}", and Fleet Ops writes "{1} {2}"', zone, block.name, zoneSize ?? 'SIZE') }]
      : []),
    ...others.map(([name, value]) => ({
      comment: t(
        'fleet.yaml has no key for "{0}": use your own template to keep it (template: upstream.conf.njk)',
        `${name} ${value}`.trim(),
      ),
    })),
  ]
}

function methodItems(directives: ReadonlyMap<string, string>): readonly Item[] {
  const hash = directives.get('hash')
  const name = methods.find(method => directives.has(method))
  const parameters = name && directives.get(name)
  const method = hash !== undefined ? `hash ${hash}` : (name ?? 'round_robin')
  return [
    ...(method === stock.method ? [] : [{ key: 'method', value: method }]),
    ...(parameters
      ? [{ comment: t('fleet.yaml has no key for "{0} {1}": use your own template to keep it', name, parameters) }]
      : []),
  ]
}
