import type { ObservedRules } from '../fleet/observed'
import type { TextEdit } from '../fleet/text'
import type { OperationArguments } from './operation'

/** A worker as steps name it: enough to act on it without looking anything up. */
export interface WorkerTarget {
  readonly server: string
  readonly id: number
  readonly unit: string
}

/**
 * One thing to do, as a value: it carries everything needed to do it, so that the code that carries it out decides nothing.
 * Every kind is idempotent.
 */
export type Step =
  | WriteUpstreamStep
  | ReloadStep
  | SetVariableStep
  | EnableWorkerStep
  | DisableWorkerStep
  | RestartWorkerStep
  | WaitDrainedStep
  | WaitReadyStep
  | WaitCallsBelowStep
  | PauseStep
  | RegisterStep
  | DeregisterStep
  | NoteRolloutStep
  | SetFirewallStep
  | CreateUserStep
  | CopyTreeStep
  | InstallStep
  | DaemonReloadStep
  | WaitReachableStep

interface StepBase {
  /** The machine it happens on, by name. */
  readonly server: string
  /** A sentence without a full stop, such as `Drain worker 3 of core-1`. */
  readonly title: string
}

/** Writes the file that holds the upstream, tests it with `nginx -t`, and reloads nginx; the old file is restored if the test fails. */
export interface WriteUpstreamStep extends StepBase {
  readonly kind: 'write-upstream'
  readonly file: string
  /** The whole new file. */
  readonly text: string
  /** The whole file as it is when this step begins, or undefined if there is none yet. */
  readonly before?: string
  /** The workers whose lines this file marks `down` only during the run, to be brought back if the run ends early. */
  readonly draining: readonly WorkerTarget[]
}

/** `nginx -t` and, if it passes, `systemctl reload nginx`. */
export interface ReloadStep extends StepBase {
  readonly kind: 'reload'
}

export interface SetVariableStep extends StepBase {
  readonly kind: 'set-variable'
  readonly file: string
  readonly variable: string
  readonly value: string
  readonly before?: string
}

/** `systemctl enable --now`. */
export interface EnableWorkerStep extends StepBase {
  readonly kind: 'enable-worker'
  readonly worker: WorkerTarget
}

/** `systemctl disable --now`. */
export interface DisableWorkerStep extends StepBase {
  readonly kind: 'disable-worker'
  readonly worker: WorkerTarget
}

export interface RestartWorkerStep extends StepBase {
  readonly kind: 'restart-worker'
  readonly worker: WorkerTarget
}

/** Waits until each worker's own health reports no calls. */
export interface WaitDrainedStep extends StepBase {
  readonly kind: 'wait-drained'
  readonly workers: readonly WorkerTarget[]
  readonly timeoutSeconds: number
  /** `stay`: nothing is done to the workers afterwards, and they get no new calls. */
  readonly onTimeout: 'stop' | 'restart' | 'stay'
}

/** Waits until each worker is healthy `checks` times in a row. */
export interface WaitReadyStep extends StepBase {
  readonly kind: 'wait-ready'
  readonly workers: readonly WorkerTarget[]
  readonly timeoutSeconds: number
  readonly checks: number
}

/** Waits until at most this many calls are open in the whole fleet. */
export interface WaitCallsBelowStep extends StepBase {
  readonly kind: 'wait-calls-below'
  readonly calls: number
  readonly timeoutSeconds: number
}

export interface PauseStep extends StepBase {
  readonly kind: 'pause'
  readonly seconds: number
}

/** Registers base URLs with VoxBridge, after asking their health as VoxBridge does. `server` is only for messages. */
export interface RegisterStep extends StepBase {
  readonly kind: 'register'
  /** VoxBridge's own base URL. */
  readonly voxbridge: string
  readonly urls: readonly string[]
  /** The whole list as it was observed; undefined if it was not. */
  readonly before?: readonly string[]
}

/** Removes base URLs from VoxBridge's list. */
export interface DeregisterStep extends StepBase {
  readonly kind: 'deregister'
  readonly voxbridge: string
  readonly urls: readonly string[]
  readonly before?: readonly string[]
}

/** Notes on the servers of a rollout's workers that it begins or has ended, so that a run after a failure continues where it stopped. */
export interface NoteRolloutStep extends StepBase {
  readonly kind: 'note-rollout'
  /** `anew` also begins it, and forgets what an earlier run has restarted. */
  readonly moment: 'begins' | 'anew' | 'ends'
  readonly workers: readonly WorkerTarget[]
}

/** Which addresses may open connections to the workers' ports of a server: only our own rules. `none` removes them. */
export interface SetFirewallStep extends StepBase {
  readonly kind: 'set-firewall'
  readonly tool: 'nftables' | 'ufw' | 'none'
  /** Ports and ranges, such as `8001-8004`. */
  readonly ports: readonly string[]
  /** Addresses and networks in canonical form. The loopback is always allowed. */
  readonly sources: readonly string[]
  readonly before: readonly ObservedRules[]
}

/** Creates the system user that workers run as, and its group, if it does not exist. */
export interface CreateUserStep extends StepBase {
  readonly kind: 'create-user'
  readonly user: string
  readonly group: string
  /** Its home directory, which is not created. */
  readonly home: string
}

/**
 * Copies a directory or a file from another server, through this machine but never onto its disk: beside its place, and moved there
 * when all of it has arrived.
 */
export interface CopyTreeStep extends StepBase {
  readonly kind: 'copy-tree'
  readonly from: string
  readonly tree: 'directory' | 'file'
  /** Where it is on `from`. */
  readonly source: string
  readonly path: string
  /** A file in the directory that is not copied. */
  readonly without?: string
  /** The directory is to be installed afterwards: noted, so that a run that breaks off before that is noticed. */
  readonly install: boolean
}

/** Runs the fleet's own install command in the directory of the code, if that has been copied and not installed since. */
export interface InstallStep extends StepBase {
  readonly kind: 'install'
  readonly directory: string
  readonly command: string
}

/** `systemctl daemon-reload`. */
export interface DaemonReloadStep extends StepBase {
  readonly kind: 'daemon-reload'
}

/** Waits until workers answer at the addresses that nginx will use, asked from the load balancer, which `server` is. */
export interface WaitReachableStep extends StepBase {
  readonly kind: 'wait-reachable'
  readonly workers: readonly WorkerTarget[]
  readonly timeoutSeconds: number
}

/** Why an operation must not be carried out now. `fleet-ops run` exits with 3. */
export interface Refusal {
  readonly message: string
  readonly remedy?: string
}

/** What an operation would do now: printed, saved, compared and confirmed as it is, then applied as it is. */
export interface Plan {
  /** The operation's name, such as `rolling-restart`. */
  readonly operation: string
  readonly fleet: string
  /** What was asked for, such as `Rolling restart of core-1`. */
  readonly title: string
  /** The edit of fleet.yaml that comes first; empty if the file need not change. */
  readonly edits: readonly TextEdit[]
  /** The edit of fleet.yaml that comes last, when every step is done; none if omitted. */
  readonly editsAfter?: readonly TextEdit[]
  /** What was checked and is fine, each as a sentence without a full stop. */
  readonly found?: readonly string[]
  /** What only the operator can do, once the steps are done: told last. */
  readonly leftForYou?: readonly string[]
  /** Empty if there is nothing to do. */
  readonly steps: readonly Step[]
  readonly warnings: readonly string[]
  /** What the operator must explicitly agree to before it is carried out: calls may be refused. */
  readonly questions: readonly string[]
  readonly refusals: readonly Refusal[]
  /** What else might have been meant, such as restarting all workers and not only those that are left. */
  readonly alternative?: PlanAlternative
}

/** The same operation with other arguments, offered beside a plan. */
export interface PlanAlternative {
  /** As on a button, such as `Restart All`. */
  readonly title: string
  readonly given: OperationArguments
}

/** Whether a plan has nothing to do. */
export const isNothing = ({ steps, edits, editsAfter = [] }: Plan): boolean =>
  steps.length === 0 && edits.length === 0 && editsAfter.length === 0
