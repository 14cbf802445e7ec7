import type { RunEvent, RunOutcome } from '../../../src/apply/run-event'
import type { OperationArguments } from '../../../src/plan/operation'
import type { Step } from '../../../src/plan/plan'
import type { FleetWishes } from '../fixture/fleet-file'
import type { Lab } from '../fixture/lab'
import type { Operator } from '../fixture/session'

/** What a fault has to work with. */
export interface Scene {
  readonly lab: Lab
  readonly operator: Operator
  /** Cancels the run as Ctrl-C does; the second time abandons waiting. */
  cancel(): void
  /** Makes a worker say something of itself, such as `{ calls: 2 }`; `{}` ends it. */
  pretend(host: string, id: number, state: object): Promise<void>
}

/** When a fault strikes: before the run, or at the first event of it that is meant. */
export type Moment = 'before' | ((event: RunEvent) => boolean)

/** One thing that goes wrong at one moment, and what is left of it afterwards. */
export interface Fault {
  /** What goes wrong, and when, as a row of a table. */
  readonly name: string
  /** A rolling restart of core-2, unless given. */
  readonly operation?: readonly [name: string, given: OperationArguments]
  readonly fleet?: FleetWishes
  /** What the hosts need before nginx has the fleet's upstream. */
  readonly hosts?: (lab: Lab) => Promise<unknown>
  /** Sets the scene before anything is planned. */
  readonly prepare?: (scene: Scene) => Promise<unknown>
  readonly moment: Moment
  readonly strike: (scene: Scene) => unknown
  readonly ends: RunOutcome['kind']
  /** What the operator reads, outcome and remedy together. */
  readonly says?: RegExp
  /** Workers whose lines of the upstream stay down, since they cannot answer, as `core-2/1`. */
  readonly leftOut?: readonly string[]
  /** Seconds within which the run must have ended after the strike. */
  readonly within?: number
  /** Workers that are in the upstream once the command has been run again, beside workers 1 and 2, as `core-2/3`. */
  readonly goal?: readonly string[]
  /** Takes the fault away, before nginx is looked at and the same command is run again. */
  readonly mend?: (scene: Scene) => Promise<unknown>
}

/** The first step of this kind begins, or the nth. */
export const at = (kind: Step['kind'], nth = 1): Moment => {
  let seen = 0
  return event => event.kind === 'step-started' && event.step.kind === kind && ++seen === nth
}

/** The first line of output like this. */
export const atLine =
  (pattern: RegExp): Moment =>
  event =>
    event.kind === 'output' && pattern.test(event.line)

/** A worker has calls that do not end by themselves. */
export const busyWorker = (scene: Scene) => scene.pretend('core-2', 1, { calls: 2 })

/** A worker is being waited for. */
export const whileDraining = atLine(/2 calls left/)

/** Adds to the workers' unit on core-2, as `systemctl edit` does. */
export async function dropIn({ lab }: Pick<Scene, 'lab'>, host: string, unit: string, text: string): Promise<void> {
  const folder = `/run/systemd/system/${unit}.service.d`
  await lab.shell(
    host,
    `mkdir -p ${folder}; printf '%b' '[Service]\\n${text}\\n' > ${folder}/fault.conf; systemctl daemon-reload`,
  )
}

export async function noDropIn({ lab }: Pick<Scene, 'lab'>, host: string, unit: string): Promise<void> {
  await lab.shell(host, `rm -rf /run/systemd/system/${unit}.service.d; systemctl daemon-reload; systemctl reset-failed`)
}

/** A worker takes so many seconds to start. */
export const startsAfter = (seconds: number) =>
  `ExecStart=\\nExecStart=/bin/sh -c "sleep ${seconds}; exec /opt/voxcore/scripts/run_worker.sh"`
