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
 * One thing to do, as a value: it carries all that doing it needs, so that whoever carries it out decides nothing.
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

/** Writes the file that holds the upstream, tests it with `nginx -t`, and reloads nginx; the old file is put back if the test fails. */
export interface WriteUpstreamStep extends StepBase {
  readonly kind: 'write-upstream'
  readonly file: string
  /** The whole file as it should become. */
  readonly text: string
  /** The whole file as it is when this step begins, or undefined if there is none yet. */
  readonly before?: string
  /** The workers whose lines this file marks `down` for the time of the run, to be brought back if the run ends early. */
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

/** Waits until each worker's own health says that it has no call. */
export interface WaitDrainedStep extends StepBase {
  readonly kind: 'wait-drained'
  readonly workers: readonly WorkerTarget[]
  readonly timeoutSeconds: number
  /** `stay`: nothing is done to the workers after it, and they stay without new calls. */
  readonly onTimeout: 'stop' | 'restart' | 'stay'
}

/** Waits until each worker is healthy `checks` times in a row. */
export interface WaitReadyStep extends StepBase {
  readonly kind: 'wait-ready'
  readonly workers: readonly WorkerTarget[]
  readonly timeoutSeconds: number
  readonly checks: number
}

/** Waits until no more than so many calls are open in the whole fleet. */
export interface WaitCallsBelowStep extends StepBase {
  readonly kind: 'wait-calls-below'
  readonly calls: number
  readonly timeoutSeconds: number
}

export interface PauseStep extends StepBase {
  readonly kind: 'pause'
  readonly seconds: number
}

/** Tells VoxBridge base URLs, whose health is asked first as VoxBridge does. `server` is only for words. */
export interface RegisterStep extends StepBase {
  readonly kind: 'register'
  /** VoxBridge's own base URL. */
  readonly voxbridge: string
  readonly urls: readonly string[]
  /** The whole list as it was when it was looked at; undefined if it was not. */
  readonly before?: readonly string[]
}

/** Takes base URLs out of VoxBridge's list. */
export interface DeregisterStep extends StepBase {
  readonly kind: 'deregister'
  readonly voxbridge: string
  readonly urls: readonly string[]
  readonly before?: readonly string[]
}

/** Notes on the servers of a rollout's workers that it begins or has ended, so that a run after a failure goes on where it broke. */
export interface NoteRolloutStep extends StepBase {
  readonly kind: 'note-rollout'
  /** `anew` begins it too, and forgets what an earlier run has restarted. */
  readonly moment: 'begins' | 'anew' | 'ends'
  readonly workers: readonly WorkerTarget[]
}

/** Who may begin connections to the workers' ports of a server: our own rules, and no rule of anybody else. `none` takes them away. */
export interface SetFirewallStep extends StepBase {
  readonly kind: 'set-firewall'
  readonly tool: 'nftables' | 'ufw' | 'none'
  /** Ports and ranges, such as `8001-8004`. */
  readonly ports: readonly string[]
  /** Addresses and networks in canonical form. The loopback is always let in. */
  readonly sources: readonly string[]
  readonly before: readonly ObservedRules[]
}

/** Makes the system user that workers run as, and its group, where there is none. */
export interface CreateUserStep extends StepBase {
  readonly kind: 'create-user'
  readonly user: string
  readonly group: string
  /** Its home directory, which is not made. */
  readonly home: string
}

/**
 * Copies a directory or a file from another server, through this machine and never onto its disk: beside its place, and moved there
 * when all of it has arrived.
 */
export interface CopyTreeStep extends StepBase {
  readonly kind: 'copy-tree'
  readonly from: string
  readonly tree: 'directory' | 'file'
  /** Where it is on `from`. */
  readonly source: string
  readonly path: string
  /** A file in the directory that is left out. */
  readonly without?: string
  /** The directory is to be installed after it: a run that breaks off before that is found out. */
  readonly install: boolean
}

/** Runs the fleet's own install command in the directory of the code, if that was copied and not installed since. */
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

/** Why an operation must not be carried out as things are. `fleet-ops run` exits with 3. */
export interface Refusal {
  readonly message: string
  readonly remedy?: string
}

/** What an operation would do now: printed, saved, compared and confirmed as it is, then applied as it is. */
export interface Plan {
  /** The operation's name, such as `rolling-restart`. */
  readonly operation: string
  readonly fleet: string
  /** What it was asked for, such as `Rolling restart of core-1`. */
  readonly title: string
  /** The edit of fleet.yaml that comes first; empty if the file says so already or need not change. */
  readonly edits: readonly TextEdit[]
  /** The edit of fleet.yaml that comes last, when every step is done; none if it is left out. */
  readonly editsAfter?: readonly TextEdit[]
  /** What was looked at and found good, each as a sentence without a full stop. */
  readonly found?: readonly string[]
  /** What only the operator can do, once the steps are done: told last. */
  readonly leftForYou?: readonly string[]
  /** Empty when everything is so already. */
  readonly steps: readonly Step[]
  readonly warnings: readonly string[]
  /** What the operator must say yes to in so many words before it is carried out: calls may be refused. */
  readonly questions: readonly string[]
  readonly refusals: readonly Refusal[]
  /** What else might have been meant, such as restarting all workers and not only those that are left. */
  readonly alternative?: PlanAlternative
}

/** The same operation with other arguments, to be offered beside a plan. */
export interface PlanAlternative {
  /** As on a button, such as `Restart All`. */
  readonly title: string
  readonly given: OperationArguments
}

/** Whether a plan has nothing to do at all. */
export const isNothing = ({ steps, edits, editsAfter = [] }: Plan): boolean =>
  steps.length === 0 && edits.length === 0 && editsAfter.length === 0
