/**
 * What the servers said of themselves when they were last asked. Plain data, so that it can be kept, sent and compared;
 * nothing in it is a decision, and no secret is ever in it.
 */
export interface Observed {
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number
  readonly loadBalancer: ObservedLoadBalancer
  /** By the server's name in fleet.yaml. */
  readonly servers: Readonly<Record<string, ObservedServer>>
  /** Only where an operation asks for it. */
  readonly voxbridge?: ObservedVoxbridge
  /** By the server's name, in fleet.yaml or about to be; only where an operation asks for it. */
  readonly equipment?: Readonly<Record<string, ObservedEquipment>>
}

export type ObservedEquipment = Unreachable | ServerEquipment

/** What a server would need to become one of the fleet's, or has that another could be made from. */
export interface ServerEquipment {
  readonly reachable: true
  readonly cores: number
  /** As `uname -m` says it, such as `x86_64`. */
  readonly architecture: string
  /** As os-release says it, such as `Debian GNU/Linux 12 (bookworm)`; empty if it does not. */
  readonly system: string
  /** This boot of this machine, or of this container: two names with the same are one machine. */
  readonly boot: string
  readonly systemd: boolean
  readonly missingTools: readonly string[]
  /** The directory of the code, through symbolic links. */
  readonly directory: FileKind
  /** Bytes of the directory, if it is there. */
  readonly bytes?: number
  /** The code was copied, and the fleet's install command has not succeeded yet. */
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
  /** It has drop-ins in /etc/systemd/system. */
  readonly dropIns: boolean
  /** Who its workers run as; undefined for root. */
  readonly user?: string
  readonly group?: string
}

/** What VoxBridge says of the fleets that it knows. */
export type ObservedVoxbridge =
  | Unreachable
  | {
      readonly reachable: true
      /** The base URLs in `voxcore_fleet`, in its order: this fleet's and others'. */
      readonly urls: readonly string[]
      /** Of the base URLs that were asked, those that VoxBridge would call unhealthy, and why. */
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
  /** This boot of this machine, or of this container: two names with the same are one machine. Undefined if it does not say. */
  readonly boot?: string
  readonly cores: number
  readonly load1: number
  /** Bytes of memory, as the kernel counts it. */
  readonly memory: number
  readonly environment: ObservedEnvironment
  /** Undefined where it could not be looked at, for want of root. */
  readonly firewall?: ObservedFirewall
  /** By worker id: every instance of the unit that systemd knows or that fleet.yaml names. */
  readonly workers: Readonly<Record<number, ObservedWorker>>
  /** A rollout of an earlier run that did not end well, or that goes on. */
  readonly rollout?: NotedRollout
}

/** What a server has noted of a rollout. */
export interface NotedRollout {
  /** When it began, in seconds since the epoch by the server's own clock. */
  readonly since: number
  /** The ids of those of its workers that systemd has started since. */
  readonly restarted: readonly number[]
}

/** The two variables of the .env file that a fleet is concerned with, and whether it sets a port. Of no other one anything is told. */
export interface ObservedEnvironment {
  readonly exists: boolean
  /** Why the file could not be read, where it could not: then nothing is known of the variables. */
  readonly unreadable?: string
  readonly maxCalls?: string
  readonly workers?: string
  /** The file sets VOXCORE_PORT, or the brand's own (`ownVariables`), which gives every worker the same port (systemd.exec(5): EnvironmentFile wins). */
  readonly setsPort: boolean
}

/** The tools that keep a firewall, and what Fleet Ops has them do. Rules of others are none of its business. */
export interface ObservedFirewall {
  readonly nftables: 'absent' | 'installed'
  /** `inactive-with-rules`: somebody has given it rules that enabling it would put in force. */
  readonly ufw: 'absent' | 'active' | 'inactive' | 'inactive-with-rules'
  readonly own: readonly ObservedRules[]
}

/** Who may begin a connection to which ports of this server, by Fleet Ops's own rules of one tool. */
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
  /** Seconds since the epoch by the server's own clock, or undefined if it is not running. */
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
  /** It answered, but not as a worker does: another status, another port's worker, something that is not health. */
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'no-answer'; readonly reason: string }
  /** It is not running, so nobody asked. */
  | { readonly kind: 'not-asked' }

export type ObservedLoadBalancer = Unreachable | ReachableLoadBalancer

export interface ReachableLoadBalancer {
  readonly reachable: true
  /** As that of a server. */
  readonly boot?: string
  readonly nginxActive: boolean
  /** Such as `1.22.1`, or undefined where nginx is not installed. */
  readonly nginxVersion?: string
  /** What `worker_shutdown_timeout` is set to in seconds, or undefined if it is not set, which is "for ever". */
  readonly workerShutdownTimeoutSeconds?: number
  /** The smallest `proxy_next_upstream_tries` above 0 that is set anywhere, if any. */
  readonly proxyNextUpstreamTries?: number
  /** The addresses from which it reaches servers, by the address that it reaches them at; where a firewall is to know them. */
  readonly sources?: Readonly<Record<string, readonly string[]>>
  readonly file: ObservedFile
  /** A guardian has put the file back, and nginx has not loaded it yet. */
  readonly unloaded?: true
  /** Who holds the fleet's lock now, as the holder described itself. */
  readonly lock?: LockOwner
}

/** The file that holds the upstream block, through symbolic links. */
export type ObservedFile =
  | { readonly exists: true; readonly realPath: string; readonly text: string; readonly sha256: string }
  | { readonly exists: false }

/** Who is changing a fleet at this moment. */
export interface LockOwner {
  readonly owner: string
  readonly operation: string
  /** Seconds since the epoch by the load balancer's clock. */
  readonly since: number
  readonly token: string
}
