import type { Fleet } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import type { Step, WorkerTarget } from '../plan/plan'
import type { Connection } from '../remote/connection'
import type { VoxbridgeAccess } from '../voxbridge/access'
import type { CancelLimits } from './cancel-limits'
import type { Clock } from './clock'
import type { Progress } from './progress'

/** What a step is carried out with. It carries what to do itself. */
export interface StepContext {
  readonly fleet: Fleet
  readonly clock: Clock
  /** Aborts when the operator cancels, or the lock is lost: waiting ends, and what changes something is finished. */
  readonly cancel: AbortSignal
  /** Aborts when the operator cancels again: nothing is waited for any more, not even a restart. */
  readonly abandon: AbortSignal
  /** Until when a run that the operator cancels waits for what. */
  readonly limits: CancelLimits
  /** What the run has changed so far. */
  readonly progress: Progress
  /** The run's token, without which no script changes anything. */
  readonly token: string
  /** Whether the lock of a machine is still this run's. */
  holdsLock(machine: string): boolean
  /** The connection to a machine by its name. Throws RemoteError, and Cancelled at once when `signal` aborts. */
  to(machine: string, signal: AbortSignal): Promise<Connection>
  /** VoxBridge, with its token. Throws VoxbridgeError. */
  voxbridge(url: string): Promise<VoxbridgeAccess>
  /** What a worker says of itself, asked through its own server. Never throws. */
  health(worker: WorkerTarget, options: { timeoutMilliseconds: number; signal: AbortSignal }): Promise<WorkerHealth>
  /** systemd's ActiveState of its unit; undefined if its server cannot be asked. Never throws. */
  activeState(worker: WorkerTarget, signal: AbortSignal): Promise<string | undefined>
  /** Tells the operator what a server says, or where a worker of it stands. */
  say(server: string, line: string, worker?: number): void
}

/** Carries out one kind of step. Answers `already` if nothing had to be changed; throws ApplyError, RemoteError, VoxbridgeError or Cancelled. */
export type Carry<Kind extends Step> = (step: Kind, context: StepContext) => Promise<'done' | 'already'>
