import { t } from '@vscode/l10n'
import { bracketed, isLoopback } from '../fleet/addresses'
import type { Item, Scalar } from './commented-yaml'
import type { FoundWorker } from './layout'
import { lineOptions } from './line-options'
import { isSameMachine } from './live-block'
import { callsOf, commonCalls } from './service-items'
import type { Scene } from './sighting'
import { ownSsh } from './ssh-items'
import type { FoundHost } from './survey'

/** The servers with their workers, and in comments the hosts that have none. */
export function serverItems(scene: Scene): readonly Item[] {
  const servers = scene.chosen.crews.map(({ host, workers }): Item => {
    const name = scene.names.get(host)
    return name === undefined ? without(scene, host) : { key: name, items: serverKeys(scene, host, name, workers) }
  })
  const unreachable = scene.hosts.flatMap(({ given, result }): readonly Item[] =>
    result.reachable
      ? []
      : [
          {
            comment: result.remedy
              ? t('not reached: {0}: {1} {2}', given, result.message, result.remedy)
              : t('not reached: {0}: {1}', given, result.message),
          },
        ],
  )
  return [...servers, ...unreachable, ...strangers(scene)]
}

function without({ chosen }: Scene, host: FoundHost): Item {
  const balances = chosen.block !== undefined && isSameMachine(chosen.block.host, host)
  return {
    comment: balances
      ? t(
          '{0}: its nginx is the load balancer, and no instance of {1} is running or starts at boot there',
          host.given,
          chosen.template,
        )
      : t('{0}: no instance of {1} is running or starts at boot there', host.given, chosen.template),
  }
}

/** Lines of the upstream that lead to none of the servers. */
function strangers({ chosen: { block } }: Scene): readonly Item[] {
  if (!block || block.strange.length === 0) return []
  const addresses = block.strange.map(({ address }) => address).join(', ')
  return [
    {
      comment: t(
        'upstream {0} also has {1}: name those servers here as well, or the next reload takes them out',
        block.name,
        addresses,
      ),
    },
  ]
}

function serverKeys(scene: Scene, host: FoundHost, name: string, workers: readonly FoundWorker[]): readonly Item[] {
  const observed = scene.observed?.servers[name]
  const facts = observed?.reachable ? observed : undefined
  const own = callsOf(scene, host)
  const calls = own === commonCalls(scene) ? undefined : own
  const fitting = workers.filter(({ fits }) => fits)
  const options = lineOptions(scene, host, fitting)
  const ssh = ownSsh(scene, host.machine)
  return [
    ...(host.machine.host === name ? [] : [{ key: 'host', value: host.machine.host }]),
    ...addressItems(scene, host),
    ...(facts ? [{ key: 'cores', value: facts.cores }, ...memoryItems(facts.memory)] : []),
    { key: 'workers', value: workersValue(fitting.map(({ id }) => id)) },
    ...(calls === undefined ? [] : [{ key: 'max_concurrent_calls', value: calls }]),
    ...(Object.keys(ssh).length > 0 ? [{ key: 'ssh', value: ssh }] : []),
    ...(options.length > 0 ? [{ key: 'worker_options', items: options }] : []),
    ...workers.filter(({ fits }) => !fits).map(worker => misfit(scene, worker)),
    ...notes(scene, host),
  ]
}

/** 1 to N as N, anything else as a list. */
const workersValue = (ids: readonly number[]): Scalar | readonly number[] =>
  ids.every((id, at) => id === at + 1) ? ids.length : ids

const gibibyte = 2 ** 30

function memoryItems(memory: number): readonly Item[] {
  const size = memory >= gibibyte ? `${(memory / gibibyte).toFixed(1).replace(/\.0$/, '')}G` : undefined
  return size === undefined ? [] : [{ key: 'memory', value: size }]
}

/** How nginx reaches the server: what its lines say, or what they would say. */
function addressItems({ chosen }: Scene, host: FoundHost): readonly Item[] {
  const { block, layout } = chosen
  if (layout?.kind === 'socket') return []
  const used = (block?.led ?? []).filter(one => one.host === host).map(({ address }) => address)
  const [address] = used
  if (address !== undefined) {
    const note = block?.guessed.has(host)
      ? { note: t('the only address of the upstream that is left over: is it this server?') }
      : {}
    return address === host.machine.host ? [] : [{ key: 'address', value: bracketed(address), ...note }]
  }
  if (block && isSameMachine(block.host, host)) return [{ key: 'address', value: '127.0.0.1' }]
  const own = host.survey.addresses.find(one => !isLoopback(one) && !one.startsWith('fe80'))
  if (own === undefined || own === host.machine.host) return []
  return [{ key: 'address', value: bracketed(own), note: t('not in the upstream yet: is this how nginx reaches it?') }]
}

function misfit({ chosen: { layout } }: Scene, { id, endpoint }: FoundWorker): Item {
  const where = endpoint?.kind === 'port' ? t('port {0}', endpoint.port) : String(endpoint?.path)
  const rule = layout?.kind === 'port' ? t('port {0} + N', layout.base) : String(layout?.pattern)
  return { comment: t('left out: worker {0} listens on {1}, and the others on {2}', id, where, rule) }
}

function notes({ chosen }: Scene, host: FoundHost): readonly Item[] {
  const { survey } = host
  const unreadable = survey.envFiles.find(({ path, state }) => path === chosen.envFile && state === 'unreadable')
  return [
    ...(survey.whyNotRoot === undefined ? [] : [{ comment: t('not checked as root: {0}', survey.whyNotRoot) }]),
    ...(unreadable && survey.whyNotRoot === undefined ? [{ comment: t('{0} cannot be read', unreadable.path) }] : []),
    ...(survey.listsSockets ? [] : [{ comment: t('not found: what listens there, because it has no ss (iproute2)') }]),
  ]
}
