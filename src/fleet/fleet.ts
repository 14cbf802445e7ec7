/**
 * How a worker is reached on its own server. Worker N of a fleet on ports listens on `service.port + N`. With a `host`, it is reached
 * from another machine at that address.
 */
export type Endpoint =
  | { readonly kind: 'port'; readonly port: number; readonly host?: string }
  | { readonly kind: 'socket'; readonly path: string }

/** What fleet.yaml says of a connection; what it omits is left to `~/.ssh/config`. */
export interface SshOptions {
  readonly user?: string
  readonly port?: number
  readonly identityFile?: string
  readonly knownHostsFile?: string
  /** As for `ssh -J`; the name of a server of the same fleet means that server. */
  readonly proxyJump?: string
  /** The fleet's servers that `proxyJump` names, and those that lead to them, with their connections from fleet.yaml. */
  readonly jumpServers?: readonly Machine[]
}

/** A machine that is reached over SSH. `name` is what people call it, and unique in a fleet. */
export interface Machine {
  readonly name: string
  /** The argument for `ssh`: an address, a name or an alias of `~/.ssh/config`. */
  readonly host: string
  readonly ssh: SshOptions
}

export interface Service {
  /** The systemd template without an instance, such as `voxcore@`. */
  readonly unit: string
  /** For all workers: worker N is on `port` + N, or on the socket `path` with N in place of each `%i`. */
  readonly endpoint: Endpoint
  readonly directory: string
  readonly envFile: string
  readonly maxCallsVariable: string
  readonly workersVariable: string
  /** How many calls a worker takes at once, unless its server says otherwise. */
  readonly maxConcurrentCalls: number
  readonly callsPerCore: number
  /** A command of the fleet's own that a new server runs, as root in `directory`, after the code has been copied there. */
  readonly install?: string
  /** The path of a worker's own health, such as `/health`. */
  readonly health: string
  /** Bytes. */
  readonly memoryPerWorker: number
}

/** The parameters of an nginx `server` line, beside its address. */
export interface ServerLineOptions {
  readonly weight?: number
  readonly maxConns?: number
  readonly maxFails?: number
  /** In nginx's form, such as `10s`. */
  readonly failTimeout?: string
  readonly backup: boolean
  readonly down: boolean
}

export interface Worker {
  /** The systemd instance: 3 for `voxcore@3.service`. */
  readonly id: number
  readonly server: string
  /** The full unit name, such as `voxcore@3.service`. */
  readonly unit: string
  readonly endpoint: Endpoint
  /** As written for nginx: `10.0.0.2:8003`, `[2001:db8::2]:8003` or `unix:/tmp/voxcore_3.sock`. */
  readonly upstreamAddress: string
  readonly maxConcurrentCalls: number
  readonly line: ServerLineOptions
}

export interface Server extends Machine {
  /** As nginx reaches it. */
  readonly address: string
  readonly cores?: number
  /** Bytes. */
  readonly memory?: number
  readonly maxConcurrentCalls: number
  /** The base URL for VoxBridge, without a trailing slash. */
  readonly url?: string
  /** In ascending order of id. */
  readonly workers: readonly Worker[]
}

/** The balancing directive of the upstream block. `round_robin` is nginx's default and has no directive. */
export type BalancingMethod =
  | { readonly kind: 'round_robin' | 'least_conn' | 'ip_hash' | 'random' }
  | { readonly kind: 'hash'; readonly key: string; readonly consistent: boolean }

export interface LoadBalancer {
  /** The machine that nginx runs on: one of the fleet's servers, or one of its own. */
  readonly machine: Machine
  /** The name of that server, or undefined for a machine of its own. */
  readonly server?: string
  readonly upstream: string
  /** The absolute path of the file that holds the upstream block. */
  readonly file: string
  readonly method: BalancingMethod
  readonly keepalive?: number
  /** In nginx's form, such as `64k`. */
  readonly zone?: string
  /** A path relative to the folder of fleet.yaml. */
  readonly template?: string
  readonly publicUrl?: string
}

export interface Rollout {
  /** How many workers at a time. */
  readonly batch:
    | { readonly kind: 'count'; readonly count: number }
    | { readonly kind: 'percent'; readonly percent: number }
  readonly drain: { readonly timeoutSeconds: number; readonly onTimeout: 'stop' | 'restart' }
  readonly ready: { readonly timeoutSeconds: number; readonly checks: number }
  readonly pauseSeconds: number
  readonly maxActiveCalls?: number
}

/** Who may reach the workers' ports of every server: the load balancer, from wherever it reaches that server, and those listed. */
export interface Firewall {
  readonly tool: 'nftables' | 'ufw' | 'none'
  /** Addresses and networks beside the load balancer's own. */
  readonly allowFrom: readonly string[]
}

/** A fleet as fleet.yaml describes it, with every default filled in and everything derived from it. */
export interface Fleet {
  readonly name: string
  readonly service: Service
  /** How to log in, unless a server says otherwise. */
  readonly ssh: SshOptions
  readonly loadBalancer: LoadBalancer
  /** In the order of the file. */
  readonly servers: readonly Server[]
  readonly rollout: Rollout
  readonly firewall: Firewall
  readonly voxbridge?: { readonly url: string }
}
