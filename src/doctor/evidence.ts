import type { Fleet, Machine, Server } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import type { Probe } from '../observe/probe'
import type { RemotePhase } from '../remote/connection'
import type { Examined } from './examined'

/** A machine that the doctor looks at, and what it is to the fleet. */
export interface Patient {
  readonly fleet: Fleet
  readonly machine: Machine
  /** The server of the fleet that it is; undefined for a load balancer that runs no workers. */
  readonly server: Server | undefined
  /** Whether nginx runs on it. */
  readonly balances: boolean
}

/** What a machine was to be reached as: OpenSSH's configuration, with fleet.yaml on top. */
export interface ResolvedAs {
  readonly user: string
  readonly hostName: string
  readonly port: number
  /** What leads to it, such as `through bastion`. */
  readonly through?: string
}

/** What went wrong, as the room that noticed it says it. */
export interface Trouble {
  readonly phase: RemotePhase
  readonly message: string
  readonly remedy?: string
}

/** What came of looking at one machine. It grows while the look goes on: what is absent was not come by. */
export interface Evidence {
  readonly resolved?: ResolvedAs
  /** What kept the connection from being opened. */
  readonly unopened?: Trouble
  readonly connected?: boolean
  /** Whether one may become root, or why not. */
  readonly root?: true | Trouble
  readonly examined?: Examined
  readonly probe?: Probe
  /** A machine before it in the fleet that is this very one. */
  readonly sameAs?: string
  /** By worker id. */
  readonly health?: ReadonlyMap<number, WorkerHealth>
  /** What workers answered when they were asked from nginx's machine at the address that nginx uses, by worker id. */
  readonly reached?: ReadonlyMap<number, WorkerHealth>
  /** What ended the look at a machine that had been connected to. */
  readonly broken?: Trouble
}
