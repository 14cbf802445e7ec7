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

/** A fleet.yaml that says what a fleet should be, and nothing that is wrong. */
export interface LoadedFleet {
  readonly document: FleetDocument
  readonly fleet: Fleet
  /** What is unwise in it; no errors. */
  readonly findings: readonly Finding[]
}

/** An operation, ready to be shown, confirmed and applied. */
export interface Prepared extends LoadedFleet {
  /** fleet.yaml after the plan's edits: what `document` and `fleet` were read from. The same text where there are none. */
  readonly text: string
  readonly observed: Observed
  readonly plan: Plan
  /**
   * Observes and plans once more, with fleet.yaml as the plan's edits have left it. Throws only if `signal` aborts.
   * The lock is left out of what is observed: it is this run's own.
   */
  readonly planAgain: (signal?: AbortSignal) => Promise<Plan>
  /**
   * The plan's last edit, of fleet.yaml as it has become meanwhile. Throws FleetFileError for a file with errors.
   * @param text the file as it is now
   */
  readonly lastEdit: (text: string) => readonly TextEdit[]
}

/** A fleet.yaml has errors, so that nobody knows what the fleet should be: nothing was asked of any server. */
export class FleetFileError extends Error {
  override readonly name = 'FleetFileError'
  readonly path: string
  /** What the ranges of the findings are of. */
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
 * Reads a fleet.yaml. `path` is where it is: relative paths in it begin at its folder.
 * Throws FleetFileError, with every finding, if one of them is an error or there is no fleet in it.
 */
export function loadFleet(path: string, text: string): LoadedFleet {
  const document = parseFleetDocument(text)
  const { findings, fleet } = checkFleet(document)
  if (!fleet || findings.some(finding => finding.severity === 'error')) throw new FleetFileError(path, text, findings)
  return { document, fleet: withPathsFrom(dirname(path), fleet), findings }
}

/** An edit that would put a mistake into the file is not made: what was asked for is what is wrong. */
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
  /** Where fleet.yaml is or will be; its folder holds the fleet's own template, if it has one. */
  readonly path: string
  /** The file as it is. */
  readonly text: string
  readonly connections: Connections
  /** Gives VoxBridge's token, for the operations that look there. */
  readonly voxbridgeToken?: VoxbridgeToken
  readonly signal?: AbortSignal
}

/**
 * Everything that comes before the confirmation of an operation (DESIGN §5): edits the text, reads the fleet that it then
 * says, observes its servers without changing anything, and plans what is still needed. An operation that edits observes
 * before its edit too, since a worker that an earlier run has added to the file and not yet to nginx is not added again.
 *
 * Throws FleetFileError for a file with errors; OperationError where `given` does not fit the fleet, OperationRefused where it would make it one with errors;
 * UpstreamError for the fleet's own template. A server that cannot be reached is no error: the plan refuses where it matters.
 */
export async function prepare(operation: Operation, given: OperationArguments, from: PrepareFrom): Promise<Prepared> {
  // Every server is asked with the one signal: many listeners are no leak.
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

/** What is unwise in fleet.yaml only since the edit of the operation, which nobody but the plan says before it is made. */
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
