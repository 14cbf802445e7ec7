import type { Fleet, Machine, Server } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import type { Probe } from '../observe/probe'
import type { RemotePhase } from '../remote/connection'
import type { Examined } from './examined'

/** A machine that the doctor looks at, and its role in the fleet. */
export interface Patient {
  readonly fleet: Fleet
  readonly machine: Machine
  /** The server of the fleet that it is; undefined for a load balancer that runs no workers. */
  readonly server: Server | undefined
  /** Whether nginx runs on it. */
  readonly balances: boolean
}

/** How a machine was to be reached: OpenSSH's configuration, with fleet.yaml on top. */
export interface ResolvedAs {
  readonly user: string
  readonly hostName: string
  readonly port: number
  /** What leads to it, such as `through bastion`. */
  readonly through?: string
}

/** What went wrong, in the words of the code that noticed it. */
export interface Trouble {
  readonly phase: RemotePhase
  readonly message: string
  readonly remedy?: string
}

/** The result of looking at one machine. It grows during the look: what is absent has not been obtained. */
export interface Evidence {
  readonly resolved?: ResolvedAs
  /** What kept the connection from being opened. */
  readonly unopened?: Trouble
  readonly connected?: boolean
  /** Whether the user may become root, or why not. */
  readonly root?: true | Trouble
  readonly examined?: Examined
  readonly probe?: Probe
  /** An earlier machine of the fleet that is this same one. */
  readonly sameAs?: string
  /** By worker id. */
  readonly health?: ReadonlyMap<number, WorkerHealth>
  /** What workers answered when they were asked from nginx's machine at the address that nginx uses, by worker id. */
  readonly reached?: ReadonlyMap<number, WorkerHealth>
  /** What ended the look at a machine that had been connected to. */
  readonly broken?: Trouble
}
