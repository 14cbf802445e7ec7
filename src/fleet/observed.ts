/**
 * What the servers reported when they were last asked. Plain data, so that it can be kept, sent and compared;
 * it contains no decisions, and never a secret.
 */
export interface Observed {
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number
  readonly loadBalancer: ObservedLoadBalancer
  /** By the server's name in fleet.yaml. */
  readonly servers: Readonly<Record<string, ObservedServer>>
  /** Only where an operation asks for it. */
  readonly voxbridge?: ObservedVoxbridge
  /** By the server's name, which may not be in fleet.yaml yet; only where an operation asks for it. */
  readonly equipment?: Readonly<Record<string, ObservedEquipment>>
}

export type ObservedEquipment = Unreachable | ServerEquipment

/** What a machine has of what a server of the fleet needs: for a new server, or one to copy from. */
export interface ServerEquipment {
  readonly reachable: true
  readonly cores: number
  /** As `uname -m` reports it, such as `x86_64`. */
  readonly architecture: string
  /** As os-release names it, such as `Debian GNU/Linux 12 (bookworm)`; empty if it does not. */
  readonly system: string
  /** This boot of this machine or container: two names with the same value are one machine. */
  readonly boot: string
  readonly systemd: boolean
  readonly missingTools: readonly string[]
  /** The directory of the code, through symbolic links. */
  readonly directory: FileKind
  /** Size of the directory in bytes, if it exists. */
  readonly bytes?: number
  /** The code was copied, but the fleet's install command has not succeeded yet. */
  readonly installPending: boolean
  readonly environment: FileKind
  /** Free bytes where the directory is or would be. */
  readonly free?: number
  readonly unit?: TemplateUnit
  /** The user id of each local user. */
  readonly users: Readonly<Record<string, number>>
  /** The TCP ports that something listens on. */
  readonly listening: readonly { readonly address: string; readonly port: number }[]
}

export type FileKind = 'directory' | 'file' | 'other' | 'missing'

/** The workers' template unit. */
export interface TemplateUnit {
  /** Its unit file. */
  readonly path: string
  /** Whether it has drop-ins in /etc/systemd/system. */
  readonly dropIns: boolean
  /** The user that its workers run as; undefined for root. */
  readonly user?: string
  readonly group?: string
}

/** What VoxBridge reports about the fleets that it knows. */
export type ObservedVoxbridge =
  | Unreachable
  | {
      readonly reachable: true
      /** The base URLs in `voxcore_fleet`, in its order: this fleet's and others'. */
      readonly urls: readonly string[]
      /** Of the base URLs that were probed, those that VoxBridge would call unhealthy, and why. */
      readonly unhealthy: Readonly<Record<string, string>>
    }

/** Why a machine could not be asked: what happened, and what the operator can do about it. */
export interface Unreachable {
  readonly reachable: false
  readonly message: string
  readonly remedy?: string
}

export type ObservedServer = Unreachable | ReachableServer

export interface ReachableServer {
  readonly reachable: true
  readonly hostname: string
  /** This boot of this machine or container: two names with the same value are one machine. Undefined if unknown. */
  readonly boot?: string
  readonly cores: number
  readonly load1: number
  /** Memory in bytes, as the kernel counts it. */
  readonly memory: number
  readonly environment: ObservedEnvironment
  /** Undefined if it could not be inspected without root. */
  readonly firewall?: ObservedFirewall
  /** By worker id: every instance of the unit that systemd or fleet.yaml knows. */
  readonly workers: Readonly<Record<number, ObservedWorker>>
  /** A rollout of an earlier run that failed, or is still running. */
  readonly rollout?: NotedRollout
}

/** What a server has noted of a rollout. */
export interface NotedRollout {
  /** When it began, in seconds since the epoch by the server's own clock. */
  readonly since: number
  /** The ids of its workers that systemd has started since. */
  readonly restarted: readonly number[]
}

/** The two variables of the .env file that matter to a fleet, and whether it sets a port. No other variable is reported. */
export interface ObservedEnvironment {
  readonly exists: boolean
  /** Why the file could not be read, if so: then nothing is known about the variables. */
  readonly unreadable?: string
  readonly maxCalls?: string
  readonly workers?: string
  /** Whether the file sets VOXCORE_PORT or the brand's own (`ownVariables`): every worker gets that port (systemd.exec(5): EnvironmentFile wins). */
  readonly setsPort: boolean
}

/** The firewall tools, and the rules that Fleet Ops keeps in them. Rules of others are none of its business. */
export interface ObservedFirewall {
  readonly nftables: 'absent' | 'installed'
  /** `inactive-with-rules`: it has rules of somebody else's that enabling it would put into force. */
  readonly ufw: 'absent' | 'active' | 'inactive' | 'inactive-with-rules'
  readonly own: readonly ObservedRules[]
}

/** Which addresses may open connections to which ports of this server, by Fleet Ops's own rules in one tool. */
export interface ObservedRules {
  readonly tool: 'nftables' | 'ufw'
  /** Ports and ranges, such as `8001-8004`. */
  readonly ports: readonly string[]
  /** Addresses and networks, as the tool writes them. */
  readonly sources: readonly string[]
  /** `unsaved`: a boot loses them; `inactive`: the tool is off; `partial`: rules are missing, or there are too many. */
  readonly state: 'whole' | 'unsaved' | 'inactive' | 'partial'
}

export interface ObservedWorker {
  /** systemd's ActiveState: active, activating, deactivating, inactive, failed, reloading. */
  readonly activeState: string
  readonly subState: string
  /** systemd's LoadState: loaded, not-found, masked. */
  readonly loadState: string
  /** systemd's UnitFileState: enabled, disabled, and others. */
  readonly unitFileState: string
  /** When it started, in seconds since the epoch by the server's own clock; undefined if it is not running. */
  readonly startedAt?: number
  /** systemd's NRestarts. */
  readonly restarts: number
  readonly pid?: number
  readonly health: WorkerHealth
}

export type WorkerHealth =
  | {
      readonly kind: 'ok'
      readonly status: string
      readonly calls: number
      readonly max: number
      readonly pid?: number
    }
  /** It answered, but not as this worker would: another status, the worker of another port, something that is not health. */
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'no-answer'; readonly reason: string }
  /** It is not running, so it was not asked. */
  | { readonly kind: 'not-asked' }

export type ObservedLoadBalancer = Unreachable | ReachableLoadBalancer

export interface ReachableLoadBalancer {
  readonly reachable: true
  /** As that of a server. */
  readonly boot?: string
  readonly nginxActive: boolean
  /** Such as `1.22.1`, or undefined where nginx is not installed. */
  readonly nginxVersion?: string
  /** `worker_shutdown_timeout` in seconds, or undefined if it is not set, which means no limit. */
  readonly workerShutdownTimeoutSeconds?: number
  /** The smallest `proxy_next_upstream_tries` above 0 in its configuration, if any. */
  readonly proxyNextUpstreamTries?: number
  /** Its source addresses, by the address at which it reaches each server; only if a firewall needs them. */
  readonly sources?: Readonly<Record<string, readonly string[]>>
  readonly file: ObservedFile
  /** A guardian has restored the file, and nginx has not loaded it yet. */
  readonly unloaded?: true
  /** The current holder of the fleet's lock, as it described itself. */
  readonly lock?: LockOwner
}

/** The file that holds the upstream block, through symbolic links. */
export type ObservedFile =
  | { readonly exists: true; readonly realPath: string; readonly text: string; readonly sha256: string }
  | { readonly exists: false }

/** The process that is changing a fleet right now. */
export interface LockOwner {
  readonly owner: string
  readonly operation: string
  /** Seconds since the epoch by the load balancer's clock. */
  readonly since: number
  readonly token: string
}
