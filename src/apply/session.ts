import { setMaxListeners } from 'node:events'
import { dirname } from 'node:path'
import { t } from '@vscode/l10n'
import { checkFleet } from '../fleet/check'
import { type FleetDocument, parseFleetDocument } from '../fleet/document'
import type { Finding } from '../fleet/finding'
import type { Fleet } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { applyTextEdits, type TextEdit } from '../fleet/text'
import { observe } from '../observe/observe'
import { type Operation, type OperationArguments, OperationRefused } from '../plan/operation'
import type { Plan } from '../plan/plan'
import type { Connections } from '../remote/connection'
import { withPathsFrom } from '../remote/paths-from'
import type { VoxbridgeToken } from '../voxbridge/access'
import { inquire } from './inquire'
import { upstreamBlock } from './upstream-block'

/** A fleet.yaml without errors, and the fleet that it describes. */
export interface LoadedFleet {
  readonly document: FleetDocument
  readonly fleet: Fleet
  /** The warnings; there are no errors. */
  readonly findings: readonly Finding[]
}

/** An operation, ready to be shown, confirmed and applied. */
export interface Prepared extends LoadedFleet {
  /** fleet.yaml after the plan's edits, from which `document` and `fleet` were read. The same text if there are none. */
  readonly text: string
  readonly observed: Observed
  readonly plan: Plan
  /**
   * Observes and plans again, with fleet.yaml as the plan's edits have left it. Throws only if `signal` aborts.
   * The lock is not observed: this run itself holds it.
   */
  readonly planAgain: (signal?: AbortSignal) => Promise<Plan>
  /**
   * The plan's last edit, applied to fleet.yaml as it is by then. Throws FleetFileError for a file with errors.
   * @param text the current file
   */
  readonly lastEdit: (text: string) => readonly TextEdit[]
}

/** A fleet.yaml has errors, so it is unknown what the fleet should be: no server was asked anything. */
export class FleetFileError extends Error {
  override readonly name = 'FleetFileError'
  readonly path: string
  /** The text that the findings' ranges refer to. */
  readonly text: string
  readonly findings: readonly Finding[]
  constructor(path: string, text: string, findings: readonly Finding[]) {
    const errors = findings.filter(finding => finding.severity === 'error')
    const [first] = errors
    super(
      first === undefined
        ? t('{0} is empty', path)
        : errors.length > 1
          ? t('{0} has errors: {1} (and {2} more)', path, first.message, errors.length - 1)
          : t('{0} has errors: {1}', path, first.message),
    )
    this.path = path
    this.text = text
    this.findings = findings
  }
}

/**
 * Reads a fleet.yaml. `path` is its location: relative paths in it are resolved against its folder.
 * Throws FleetFileError, with every finding, if one of them is an error or the file has no fleet.
 */
export function loadFleet(path: string, text: string): LoadedFleet {
  const document = parseFleetDocument(text)
  const { findings, fleet } = checkFleet(document)
  if (!fleet || findings.some(finding => finding.severity === 'error')) throw new FleetFileError(path, text, findings)
  return { document, fleet: withPathsFrom(dirname(path), fleet), findings }
}

/** An edit that would introduce an error is not made: the request itself is wrong. */
function loadEdited(path: string, text: string): LoadedFleet {
  try {
    return loadFleet(path, text)
  } catch (error) {
    if (!(error instanceof FleetFileError)) throw error
    const [wrong] = error.findings.filter(({ severity }) => severity === 'error')
    throw new OperationRefused(
      t('that change would make {0} invalid: {1}', path, wrong?.message ?? error.message),
      t('nothing was changed'),
    )
  }
}

/** What an operation is prepared from. */
export interface PrepareFrom {
  /** Where fleet.yaml is or will be; its folder also holds the fleet's own template, if any. */
  readonly path: string
  /** The current file. */
  readonly text: string
  readonly connections: Connections
  /** Gives VoxBridge's token, for the operations that look at VoxBridge. */
  readonly voxbridgeToken?: VoxbridgeToken
  readonly signal?: AbortSignal
}

/**
 * Everything before the confirmation of an operation (DESIGN §5): edits the text, reads the fleet that it then describes,
 * observes its servers without changing anything, and plans what is still needed. An operation that edits also observes
 * before its edit, so that a worker which an earlier run added to the file but not yet to nginx is not added again.
 *
 * Throws FleetFileError for a file with errors; OperationError if `given` does not fit the fleet, OperationRefused if it would introduce errors;
 * UpstreamError for the fleet's own template. A server that cannot be reached is not an error: the plan refuses where it matters.
 */
export async function prepare(operation: Operation, given: OperationArguments, from: PrepareFrom): Promise<Prepared> {
  // Every server is asked with the same signal: many listeners are not a leak.
  if (from.signal) setMaxListeners(0, from.signal)
  const asItIs = loadFleet(from.path, from.text)
  const observing = from.signal ? { signal: from.signal } : {}
  const wishes = (fleet: Fleet) => operation.inquire?.(fleet, given) ?? {}
  const before = operation.edit && {
    ...(await observe(asItIs.fleet, from.connections, observing)),
    ...(await inquire(asItIs.fleet, wishes(asItIs.fleet), from)),
  }
  const edits = before && operation.edit ? operation.edit(asItIs.document, asItIs.fleet, given, before) : []
  const text = applyTextEdits(from.text, edits)
  const edited = edits.length > 0 ? loadEdited(from.path, text) : asItIs
  const { document, fleet } = edited
  const editsAfter = operation.editAfter?.(document, fleet, given) ?? []
  const block = await upstreamBlock(fleet, from.path)
  const planOf = (seen: Observed) => ({
    ...operation.plan({ fleet, observed: seen, upstreamBlock: block }, given),
    ...(editsAfter.length > 0 ? { editsAfter } : {}),
  })
  const observed =
    before && edits.length === 0
      ? before
      : {
          ...(await observe(fleet, from.connections, observing)),
          ...(await inquire(fleet, wishes(fleet), from, before)),
        }
  const plan = planOf(observed)
  return {
    ...edited,
    text,
    observed,
    plan: { ...plan, edits, warnings: withFindings(plan.warnings, asItIs.findings, edited.findings) },
    lastEdit: now => {
      const { document, fleet } = loadFleet(from.path, now)
      return operation.editAfter?.(document, fleet, given) ?? []
    },
    planAgain: async signal => {
      const now = await observe(fleet, from.connections, signal ? { signal } : {})
      const asked = await inquire(fleet, wishes(fleet), signal ? { ...from, signal } : from)
      const seen = { ...withoutLock(now), ...asked }
      return { ...planOf(seen), edits: [] }
    },
  }
}

/** The warnings that the operation's edit introduces: before the edit is made, only the plan can report them. */
function withFindings(
  warnings: readonly string[],
  before: readonly Finding[],
  after: readonly Finding[],
): readonly string[] {
  const known = new Set(before.map(({ message }) => message))
  const own = after.filter(({ severity, message }) => severity === 'warning' && !known.has(message))
  return [...new Set([...warnings, ...own.map(({ message }) => message)])]
}

function withoutLock(observed: Observed): Observed {
  if (!observed.loadBalancer.reachable) return observed
  const { lock, ...loadBalancer } = observed.loadBalancer
  return { ...observed, loadBalancer }
}
