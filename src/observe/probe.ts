import { t } from '@vscode/l10n'
import type {
  LockOwner,
  ObservedEnvironment,
  ObservedFile,
  ObservedLoadBalancer,
  ObservedWorker,
  ReachableServer,
} from '../fleet/observed'
import { secondsOf } from '../nginx/quantities'
import { firewallOf, sourcesOf } from './firewall-lines'

/** What one run of the `probe` script reported, before any worker is asked for its health. */
export interface Probe {
  readonly server: Omit<ReachableServer, 'workers' | 'reachable'>
  /** By worker id. */
  readonly units: ReadonlyMap<number, Omit<ObservedWorker, 'health'>>
  /** Only where the script was given an upstream file. */
  readonly loadBalancer?: ObservedLoadBalancer
}

/** The output of the script is not a probe: a login shell that prints, or a script that was cut off. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError'
}

/**
 * Reads the output of `probe` (src/remote/scripts/probe.sh). Lines that are not its own, such as a login shell's output, are
 * skipped. `whyNotRoot` says why it was not run as root, if it was not: for what it then could not read.
 * Throws ProbeError if a required line is missing.
 */
export function parseProbe(output: string, whyNotRoot = t('root cannot read it')): Probe {
  const values = new Map<string, string>()
  const units = new Map<number, Omit<ObservedWorker, 'health'>>()
  const restarted: number[] = []
  const repeated: Record<'firewall' | 'source', string[]> = { firewall: [], source: [] }
  for (const line of output.split(/\r?\n/)) {
    const match = /^([a-z][a-z0-9_]*)=(.*)$/.exec(line)
    if (!match) continue
    const [, key = '', value = ''] = match
    if (key === 'unit') addUnit(units, value)
    else if (key === 'rollout_restarted') restarted.push(...(/^\d+$/.test(value) ? [Number(value)] : []))
    else if (key === 'firewall' || key === 'source') repeated[key].push(value)
    else values.set(key, value)
  }
  const number = (key: string): number => {
    const value = Number(values.get(key))
    if (!values.has(key) || !Number.isFinite(value))
      throw new ProbeError(t('The server answered without its {0}.', key))
    return value
  }
  const since = Number(values.get('rollout'))
  const firewall = firewallOf(values, repeated.firewall)
  return {
    server: {
      hostname: values.get('hostname') ?? '',
      ...bootOf(values),
      cores: number('cores'),
      load1: number('load1'),
      memory: number('memory'),
      environment: environmentOf(values, whyNotRoot),
      ...(since > 0 ? { rollout: { since, restarted } } : {}),
      ...(firewall ? { firewall } : {}),
    },
    units,
    ...(values.has('nginx') ? { loadBalancer: loadBalancerOf(values, repeated.source, whyNotRoot) } : {}),
  }
}

function addUnit(units: Map<number, Omit<ObservedWorker, 'health'>>, value: string): void {
  const [id, loadState = '-', activeState = '-', subState = '-', unitFileState = '-', restarts, pid, startedAt] =
    value.split(' ')
  if (!/^\d+$/.test(id ?? '')) return
  const running = activeState === 'active' || activeState === 'activating' || activeState === 'deactivating'
  units.set(Number(id), {
    loadState,
    activeState,
    subState,
    unitFileState,
    restarts: Number(restarts) || 0,
    ...(Number(pid) > 0 ? { pid: Number(pid) } : {}),
    ...(running && Number(startedAt) > 0 ? { startedAt: Number(startedAt) } : {}),
  })
}

function environmentOf(values: ReadonlyMap<string, string>, whyNotRoot: string): ObservedEnvironment {
  const maxCalls = decoded(values.get('max_calls_base64'))
  const workers = decoded(values.get('workers_base64'))
  return {
    exists: values.get('environment') !== 'missing',
    setsPort: values.get('sets_port') === 'yes',
    ...(values.get('environment') === 'unreadable' ? { unreadable: whyNotRoot } : {}),
    ...(maxCalls === undefined ? {} : { maxCalls }),
    ...(workers === undefined ? {} : { workers }),
  }
}

function loadBalancerOf(
  values: ReadonlyMap<string, string>,
  sources: readonly string[],
  whyNotRoot: string,
): ObservedLoadBalancer {
  if (values.get('upstream') === 'unreadable')
    return { reachable: false, message: t('The file that holds the upstream could not be read: {0}', whyNotRoot) }
  const version = values.get('nginx_version')
  const timeout = secondsOf(values.get('worker_shutdown_timeout') ?? '')
  const tries = Number(values.get('proxy_next_upstream_tries'))
  const lock = lockOf(values.get('lock'))
  return {
    reachable: true,
    ...bootOf(values),
    nginxActive: values.get('nginx') === 'active',
    file: fileOf(values),
    ...(values.get('nginx_unloaded') === 'yes' ? { unloaded: true as const } : {}),
    ...(sources.length > 0 ? { sources: sourcesOf(sources) } : {}),
    ...(version ? { nginxVersion: version } : {}),
    ...(timeout === undefined ? {} : { workerShutdownTimeoutSeconds: timeout }),
    ...(tries > 0 ? { proxyNextUpstreamTries: tries } : {}),
    ...(lock ? { lock } : {}),
  }
}

function bootOf(values: ReadonlyMap<string, string>): { readonly boot?: string } {
  const boot = values.get('boot')?.trim()
  return boot ? { boot } : {}
}

function fileOf(values: ReadonlyMap<string, string>): ObservedFile {
  const text = decoded(values.get('upstream_base64'))
  if (text === undefined) return { exists: false }
  return {
    exists: true,
    realPath: decoded(values.get('upstream_path_base64')) ?? '',
    text,
    sha256: values.get('upstream_sha256') ?? '',
  }
}

/** `TOKEN OWNER OPERATION SINCE`, as in the lock's `owner` file. */
export function lockOf(value: string | undefined): LockOwner | undefined {
  const [token, owner, operation, since] = value?.trim().split(' ') ?? []
  if (!token || owner === undefined || !operation) return undefined
  return { token, owner: decoded(owner) ?? '', operation, since: Number(since) || 0 }
}

const decoded = (base64: string | undefined): string | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8')
