import type { FleetDocument } from '../fleet/document'
import type { Fleet, Machine } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import type { TextEdit } from '../fleet/text'
import type { Plan } from './plan'

/** The kinds of answers: the type of the value (a flag is given or not), and the placeholder for it in a usage line. */
export const inputKinds = {
  server: { value: 'text', placeholder: 'S' },
  worker: { value: 'number', placeholder: 'N' },
  count: { value: 'number', placeholder: 'N' },
  calls: { value: 'number', placeholder: 'N' },
  host: { value: 'text', placeholder: 'H' },
  address: { value: 'text', placeholder: 'A' },
  from: { value: 'text', placeholder: 'S' },
  workers: { value: 'number', placeholder: 'N' },
  cores: { value: 'number', placeholder: 'N' },
  url: { value: 'text', placeholder: 'URL' },
  all: { value: 'flag', placeholder: '' },
} as const satisfies Readonly<
  Record<string, { readonly value: 'text' | 'number' | 'flag'; readonly placeholder: string }>
>

export type OperationInputName = keyof typeof inputKinds

/** Every input that an operation may have, in the order in which a command line shows them. */
export const inputNames = Object.keys(inputKinds) as readonly OperationInputName[]

/** One thing that an operation asks for. Pickers, tree menus and command line options are all made of it. */
export interface OperationInput {
  /** The option's name on the command line, `--server`. */
  readonly name: OperationInputName
  readonly required: boolean
  /** The question to a person: a function, because constants are made before the language is known. */
  readonly prompt: () => string
}

interface Values {
  readonly text: string
  readonly number: number
  readonly flag: true
}

/** The answers, by input. `server` is a server's name, `worker` a worker's id. */
export type OperationArguments = {
  readonly [Name in OperationInputName]?: Values[(typeof inputKinds)[Name]['value']]
}

/** What an operation needs to know besides what every operation observes. */
export interface Inquiry {
  /** What these machines have of what a fleet's server needs. They need not be in the fleet yet. */
  readonly equipment?: readonly Machine[]
  /** VoxBridge's list of base URLs, and the health of these. */
  readonly voxbridge?: { readonly url: string; readonly asked: readonly string[] }
}

/** The input of a plan. */
export interface Situation {
  /** From fleet.yaml, after the operation's edit. */
  readonly fleet: Fleet
  readonly observed: Observed
  /** The upstream block that the fleet renders to, with the built-in template or the fleet's own. */
  readonly upstreamBlock: string
}

/** An operation of DESIGN §5: one file in this folder, listed once in `operations.ts`. */
export interface Operation {
  /** As on the command line, such as `add-worker`. */
  readonly name: string
  /** As in the palette, such as `Add Worker…`. */
  readonly title: () => string
  /** The id of a VS Code codicon. */
  readonly icon: string
  /** `safe` drops no call and stops nothing; `disruptive` restarts or removes something. */
  readonly danger: 'safe' | 'disruptive'
  /** The kinds of tree rows that offer this operation. */
  readonly offeredOn: readonly ('load-balancer' | 'server' | 'worker')[]
  readonly inputs: readonly OperationInput[]
  /**
   * The edit of fleet.yaml that comes before what differs is applied; undefined for an operation that edits nothing.
   * The observation counts too, so that running an operation again finishes the first run and edits nothing twice.
   * Throws OperationError if the arguments do not fit the fleet.
   */
  readonly edit?: (
    document: FleetDocument,
    fleet: Fleet,
    given: OperationArguments,
    observed: Observed,
  ) => readonly TextEdit[]
  /**
   * The edit of fleet.yaml that comes last, when all steps are done: for what a repeated run must still find in the file. Throws
   * OperationError if the arguments do not fit the fleet.
   */
  readonly editAfter?: (document: FleetDocument, fleet: Fleet, given: OperationArguments) => readonly TextEdit[]
  /** What it asks about besides fleet.yaml's servers; nothing if omitted. Called before an edit and after it. */
  readonly inquire?: (fleet: Fleet, given: OperationArguments) => Inquiry
  /**
   * The steps that are still needed. Pure. Throws OperationError if the arguments do not fit the fleet.
   */
  readonly plan: (situation: Situation, given: OperationArguments) => Omit<Plan, 'edits' | 'editsAfter'>
}

/** The arguments of an operation do not fit: an unknown server, a missing worker, a count that is not a number. */
export class OperationError extends Error {
  override readonly name: string = 'OperationError'
  readonly remedy: string | undefined
  constructor(message: string, remedy?: string) {
    super(message)
    this.remedy = remedy
  }
}

/** The arguments fit, but the state of the fleet forbids it, such as removing its last server. */
export class OperationRefused extends OperationError {
  override readonly name = 'OperationRefused'
}
