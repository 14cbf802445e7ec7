import { t } from '@vscode/l10n'
import { defaults } from '../fleet/defaults'
import type { Variable } from './choices'
import type { Item } from './commented-yaml'
import type { Scene } from './sighting'
import type { FoundHost } from './survey'

const { service: stock } = defaults

/** fleet.yaml's `service` section, where it differs from VoxCore's own. */
export function serviceItems(scene: Scene): readonly Item[] {
  const { chosen, health } = scene
  const { template, layout, envFile } = chosen
  const directories = directoriesOf(scene)
  const calls = commonCalls(scene)
  return [
    ...(template === stock.unit ? [] : [{ key: 'unit', value: template }]),
    ...layoutItems(layout),
    ...directoryItems(directories),
    ...envFileItems(envFile),
    ...variableItems('max_calls_variable', chosen.maxCallsVariable, t('the calls of one worker'), envFile),
    ...variableItems('workers_variable', chosen.workersVariable, t('the number of workers'), envFile),
    ...(calls === undefined || calls === stock.max_concurrent_calls
      ? []
      : [{ key: 'max_concurrent_calls', value: calls }]),
    ...(health === stock.health ? [] : [{ key: 'health', value: health }]),
  ]
}

function layoutItems(layout: Scene['chosen']['layout']): readonly Item[] {
  if (layout === undefined)
    return [{ comment: t('not found: what the workers listen on. Give port: or socket: if it is not port 8000 + N') }]
  if (layout.kind === 'socket') return [{ key: 'socket', value: layout.pattern }]
  return layout.base === stock.port
    ? []
    : [{ key: 'port', value: layout.base, note: t('worker N listens on {0} + N', layout.base) }]
}

function directoriesOf({ chosen }: Scene): readonly string[] {
  const units = chosen.crews.flatMap(({ host }) =>
    host.survey.units.filter(({ template }) => template === chosen.template),
  )
  return [...new Set(units.flatMap(({ directory }) => (directory === undefined ? [] : [directory])))]
}

const path = /^\/[A-Za-z0-9._@%+=:,~-][A-Za-z0-9._/@%+=:,~-]*$/

function directoryItems([first, ...others]: readonly string[]): readonly Item[] {
  if (first === undefined) return [{ comment: t('not found: directory, because the unit has no WorkingDirectory') }]
  const comment: readonly Item[] =
    others.length > 0 ? [{ comment: t('the unit has other directories too: {0}', others.join(', ')) }] : []
  if (!path.test(first)) return [{ comment: t('directory cannot be written here: {0}', first) }]
  return first === stock.directory ? comment : [{ key: 'directory', value: first }, ...comment]
}

function envFileItems(envFile: string | undefined): readonly Item[] {
  if (envFile === undefined)
    return [{ comment: t('not found: env_file, the file that holds the settings of the unit') }]
  return envFile === stock.env_file ? [] : [{ key: 'env_file', value: envFile }]
}

function variableItems(
  key: string,
  { name, by }: Variable,
  meaning: string,
  envFile: string | undefined,
): readonly Item[] {
  if (by === 'stock') return []
  if (name !== undefined)
    return [{ key, value: name, ...(by === 'name' ? { note: t('found by its name: is this it?') } : {}) }]
  if (envFile === undefined) return []
  return [{ comment: t('not found: {0}, the variable of {1} that says {2}', key, envFile, meaning) }]
}

/** How many calls the workers of a server take: as its file says or, if that does not say, as its workers do. */
export function callsOf({ observed, chosen, names }: Scene, host: FoundHost): number | undefined {
  const server = observed?.servers[names.get(host) ?? '']
  if (server?.reachable && /^[1-9]\d{0,4}$/.test(server.environment.maxCalls ?? ''))
    return Number(server.environment.maxCalls)
  const health = host.answers.find(one => one.template === chosen.template && one.health.kind === 'ok')?.health
  return health?.kind === 'ok' && health.max > 0 ? health.max : undefined
}

/** The most common value: the other servers state their own. */
export function commonCalls(scene: Scene): number | undefined {
  const counts = new Map<number, number>()
  for (const host of scene.names.keys()) {
    const calls = callsOf(scene, host)
    if (calls !== undefined) counts.set(calls, (counts.get(calls) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0]
}
