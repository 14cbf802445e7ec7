import type { Fleet } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import type { Step, WorkerTarget } from '../plan/plan'
import type { Connection } from '../remote/connection'
import type { VoxbridgeAccess } from '../voxbridge/access'
import type { CancelLimits } from './cancel-limits'
import type { Clock } from './clock'
import type { Progress } from './progress'

/** What a step needs to be carried out. The step itself says what to do. */
export interface StepContext {
  readonly fleet: Fleet
  readonly clock: Clock
  /** Aborts when the operator cancels, or the lock is lost: waits end, and changes under way are finished. */
  readonly cancel: AbortSignal
  /** Aborts when the operator cancels again: nothing is waited for any more, not even a restart. */
  readonly abandon: AbortSignal
  /** How long a cancelled run waits for each thing. */
  readonly limits: CancelLimits
  /** What the run has changed so far. */
  readonly progress: Progress
  /** The run's token, without which no script changes anything. */
  readonly token: string
  /** Whether this run still holds the lock of a machine. */
  holdsLock(machine: string): boolean
  /** The connection to a machine, by name. Throws RemoteError, and Cancelled at once when `signal` aborts. */
  to(machine: string, signal: AbortSignal): Promise<Connection>
  /** VoxBridge, with its token. Throws VoxbridgeError. */
  voxbridge(url: string): Promise<VoxbridgeAccess>
  /** What a worker says about itself, asked through its own server. Never throws. */
  health(worker: WorkerTarget, options: { timeoutMilliseconds: number; signal: AbortSignal }): Promise<WorkerHealth>
  /** systemd's ActiveState of its unit; undefined if its server cannot be asked. Never throws. */
  activeState(worker: WorkerTarget, signal: AbortSignal): Promise<string | undefined>
  /** Reports to the operator what a server says, or a worker's progress. */
  say(server: string, line: string, worker?: number): void
}

/** Carries out one kind of step. Answers `already` if nothing had to change; throws ApplyError, RemoteError, VoxbridgeError or Cancelled. */
export type Carry<Kind extends Step> = (step: Kind, context: StepContext) => Promise<'done' | 'already'>
