import { addressKind, withPort } from './addresses'
import { defaults } from './defaults'
import type {
  BalancingMethod,
  Endpoint,
  Fleet,
  LoadBalancer,
  Machine,
  Rollout,
  Server,
  ServerLineOptions,
  Service,
  SshOptions,
  Worker,
} from './fleet'
import type { FleetFile, Ssh, WorkerOptions, Server as WrittenServer } from './generated/fleet-file'
import { withJumpServers } from './jump-servers'
import { parseDuration, parseSize } from './quantities'

/** The fleet that a valid file describes, with every default filled in. `file` must have passed the schema and the rules. */
export function resolveFleet(file: FleetFile): Fleet {
  const written = Object.entries(file.servers).map(([name, server]) => resolveServer(file, name, server ?? {}))
  const servers = written.map(server => ({ ...server, ssh: withJumpServers(server.ssh, server.name, written) }))
  const loadBalancer = resolveLoadBalancer(file, servers)
  return {
    name: file.name,
    service: resolveService(file),
    ssh: withJumpServers(resolveSsh(file.ssh, undefined), undefined, written),
    loadBalancer,
    servers,
    rollout: resolveRollout(file),
    firewall: { tool: file.firewall?.tool ?? defaults.firewall.tool, allowFrom: file.firewall?.allow_from ?? [] },
    ...(file.voxbridge ? { voxbridge: { url: withoutSlash(file.voxbridge.url) } } : {}),
  }
}

/** The ids that `workers` means, ascending and each once: 4 is 1 to 4. */
export function workerIds(workers: number | readonly number[] | undefined): readonly number[] {
  if (workers === undefined || typeof workers === 'number') {
    return Array.from({ length: workers ?? defaults.server.workers }, (_, index) => index + 1)
  }
  return [...new Set(workers)].toSorted((a, b) => a - b)
}

function resolveService({ service = {} }: FleetFile): Service {
  return {
    unit: service.unit ?? defaults.service.unit,
    endpoint: endpointOfAll(service),
    directory: service.directory ?? defaults.service.directory,
    envFile: service.env_file ?? defaults.service.env_file,
    maxCallsVariable: service.max_calls_variable ?? defaults.service.max_calls_variable,
    workersVariable: service.workers_variable ?? defaults.service.workers_variable,
    maxConcurrentCalls: service.max_concurrent_calls ?? defaults.service.max_concurrent_calls,
    callsPerCore: service.calls_per_core ?? defaults.service.calls_per_core,
    health: service.health ?? defaults.service.health,
    ...(service.install === undefined ? {} : { install: service.install }),
    memoryPerWorker: parseSize(service.memory_per_worker ?? defaults.service.memory_per_worker),
  }
}

function resolveServer(file: FleetFile, name: string, written: NonNullable<WrittenServer>): Server {
  const host = written.host ?? name
  const address = written.address ?? host
  const maxConcurrentCalls =
    written.max_concurrent_calls ?? file.service?.max_concurrent_calls ?? defaults.service.max_concurrent_calls
  const isLoadBalancer = file.load_balancer.server === name
  const url = written.url ?? (isLoadBalancer ? file.load_balancer.public_url : undefined)
  return {
    name,
    host,
    address,
    ssh: resolveSsh(file.ssh, written.ssh),
    maxConcurrentCalls,
    workers: workerIds(written.workers).map(id =>
      resolveWorker(file, { name, address, maxConcurrentCalls }, id, written.worker_options?.[id] ?? {}),
    ),
    ...(written.cores === undefined ? {} : { cores: written.cores }),
    ...(written.memory === undefined ? {} : { memory: parseSize(written.memory) }),
    ...(url === undefined ? {} : { url: withoutSlash(url) }),
  }
}

function resolveWorker(
  file: FleetFile,
  server: { name: string; address: string; maxConcurrentCalls: number },
  id: number,
  options: WorkerOptions,
): Worker {
  const endpoint = endpointOf(file, id)
  return {
    id,
    server: server.name,
    unit: `${file.service?.unit ?? defaults.service.unit}${id}.service`,
    endpoint,
    upstreamAddress: upstreamAddressOf(server.address, endpoint),
    maxConcurrentCalls: server.maxConcurrentCalls,
    line: lineOptions(file.load_balancer, options),
  }
}

/** How worker `id` is reached on its own server. */
export function endpointOf({ service }: Pick<FleetFile, 'service'>, id: number): Endpoint {
  return endpointNumbered(endpointOfAll(service), id)
}

/** The endpoint of one worker, from that of all of them (`Service.endpoint`). */
export function endpointNumbered(all: Endpoint, id: number): Endpoint {
  if (all.kind === 'socket') return { kind: 'socket', path: all.path.replaceAll('%i', String(id)) }
  return { kind: 'port', port: all.port + id }
}

const endpointOfAll = (service: FleetFile['service'] = {}): Endpoint =>
  service.socket === undefined
    ? { kind: 'port', port: service.port ?? defaults.service.port }
    : { kind: 'socket', path: service.socket }

/** How nginx reaches a worker: a socket is on nginx's own machine, and an address may also be the path of a socket. */
export function upstreamAddressOf(address: string, endpoint: Endpoint): string {
  if (endpoint.kind === 'socket') return `unix:${endpoint.path}`
  return addressKind(address) === 'socket' ? `unix:${address}` : withPort(address, endpoint.port)
}

function lineOptions(all: FleetFile['load_balancer'], own: WorkerOptions): ServerLineOptions {
  const maxConns = own.max_conns ?? all.max_conns
  const maxFails = own.max_fails ?? all.max_fails
  const failTimeout = own.fail_timeout ?? all.fail_timeout
  return {
    backup: own.backup ?? false,
    down: own.down ?? false,
    ...(own.weight === undefined ? {} : { weight: own.weight }),
    ...(maxConns === undefined ? {} : { maxConns }),
    ...(maxFails === undefined ? {} : { maxFails }),
    ...(failTimeout === undefined ? {} : { failTimeout: String(failTimeout) }),
  }
}

function resolveLoadBalancer({ load_balancer: written, ssh }: FleetFile, servers: readonly Server[]): LoadBalancer {
  const server = servers.find(({ name }) => name === written.server)
  const machine: Machine = server ?? {
    name: written.host ?? 'load-balancer',
    host: written.host ?? '',
    ssh: withJumpServers(resolveSsh(ssh, written.ssh), undefined, servers),
  }
  return {
    machine: { name: machine.name, host: machine.host, ssh: machine.ssh },
    upstream: written.upstream ?? defaults.load_balancer.upstream,
    file: written.file ?? defaults.load_balancer.file,
    method: resolveMethod(written.method ?? defaults.load_balancer.method),
    ...(server ? { server: server.name } : {}),
    ...((written.keepalive ?? defaults.load_balancer.keepalive) > 0
      ? { keepalive: written.keepalive ?? defaults.load_balancer.keepalive }
      : {}),
    ...(written.zone === undefined ? {} : { zone: written.zone }),
    ...(written.template === undefined ? {} : { template: written.template }),
    ...(written.public_url === undefined ? {} : { publicUrl: withoutSlash(written.public_url) }),
  }
}

function resolveMethod(written: string): BalancingMethod {
  const [kind, key, consistent] = written.split(' ')
  if (kind === 'hash') return { kind, key: key ?? '', consistent: consistent === 'consistent' }
  return { kind: kind as Exclude<BalancingMethod['kind'], 'hash'> }
}

function resolveSsh(all: Ssh | undefined, own: Ssh | undefined): SshOptions {
  const {
    user,
    port,
    identity_file: identityFile,
    known_hosts_file: knownHostsFile,
    proxy_jump: proxyJump,
  } = { ...all, ...own }
  return {
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(proxyJump === undefined ? {} : { proxyJump }),
  }
}

function resolveRollout({ rollout = {} }: FleetFile): Rollout {
  const batch = rollout.batch ?? defaults.rollout.batch
  return {
    batch:
      typeof batch === 'number'
        ? { kind: 'count', count: batch }
        : { kind: 'percent', percent: Number.parseInt(batch, 10) },
    drain: {
      timeoutSeconds: parseDuration(rollout.drain?.timeout ?? defaults.rollout.drain.timeout),
      onTimeout: rollout.drain?.on_timeout ?? defaults.rollout.drain.on_timeout,
    },
    ready: {
      timeoutSeconds: parseDuration(rollout.ready?.timeout ?? defaults.rollout.ready.timeout),
      checks: rollout.ready?.checks ?? defaults.rollout.ready.checks,
    },
    pauseSeconds: parseDuration(rollout.pause ?? defaults.rollout.pause),
    ...(rollout.max_active_calls === undefined ? {} : { maxActiveCalls: rollout.max_active_calls }),
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
