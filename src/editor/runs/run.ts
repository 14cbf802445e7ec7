import * as vscode from 'vscode'
import type { RunEvent, RunOutcome } from '../../apply/run-event'
import { type Prepared, prepare } from '../../apply/session'
import type { Fleet } from '../../fleet/fleet'
import { messageOf } from '../../fleet/message-of'
import { sentences } from '../../fleet/words'
import type { Operation, OperationArguments } from '../../plan/operation'
import { isNothing, type Plan } from '../../plan/plan'
import { leftLines } from '../../plan/plan-text'
import type { Connections } from '../../remote/connection'
import type { VoxbridgeToken } from '../../voxbridge/access'
import { editFleetFile } from '../files/fleet-edit'
import { type FleetFiles, nameOf } from '../files/fleet-files'
import { unlessAborted } from '../unless-aborted'
import type { FleetStatuses } from '../view/fleet-status'
import type { Confirm } from './confirm'
import type { LiveText } from './live-text'
import { printLines, printPlan } from './plan-print'
import { describeOutcome } from './run-outcome'
import { RunReport } from './run-report'
import type { StopSignals } from './run-terminal'
import { styled } from './terminal-text'

/** What a run is about. */
export interface RunRequest {
  readonly operation: Operation
  readonly given: OperationArguments
  readonly file: vscode.Uri
}

/** An operation that the operator has confirmed. */
export interface Confirmed {
  readonly prepared: Prepared
  /** Makes its edit of fleet.yaml. */
  readonly edit: () => Promise<void>
}

/** What a run depends on. */
export interface RunMeans {
  readonly files: FleetFiles
  readonly statuses: FleetStatuses
  readonly connections: () => Promise<Connections>
  readonly voxbridgeToken: VoxbridgeToken
  readonly confirm: Confirm
  readonly apply: (
    confirmed: Confirmed,
    connections: Connections,
    stop: StopSignals,
    onEvent: (event: RunEvent) => void,
  ) => Promise<RunOutcome>
  /** Called for every step, for the status bar. */
  readonly progress: (plan: Plan, event: RunEvent) => void
}

/** How a run ended; `declined` if the operator did not confirm it. */
export type RunEnd = { readonly plan?: Plan; readonly outcome: RunOutcome | { readonly kind: 'declined' } }

/** One run from observing to its last line: observe, plan, confirm, apply (DESIGN §5). It reports on `text`. */
export async function run(request: RunRequest, means: RunMeans, text: LiveText, stop: StopSignals): Promise<RunEnd> {
  const { operation, file } = request
  const reading = await means.files.read(file)
  if (!reading?.fleet)
    throw new Error(vscode.l10n.t('{0} has errors. Fix them first: see the Problems view.', nameOf(file)))

  const fleet = reading.fleet
  text.print(
    `${styled(operation.title().replace(/…$/, ''), 'bold')} ${styled(`· ${fleet.name} · ${new Date().toLocaleString()}`, 'faint')}\n`,
  )
  const connections = await means.connections()
  const agreed = await planAndConfirm(request, means, text, stop, { fleet, text: reading.text, connections })
  if ('end' in agreed) return agreed.end
  const { prepared } = agreed
  const { plan } = prepared
  const edit = async () => {
    try {
      await editFleetFile(file, reading.text, plan.edits)
    } catch (error) {
      throw new Error(sentences(messageOf(error), vscode.l10n.t('Nothing was done: run it again.')), { cause: error })
    }
    if (plan.edits.length > 0) sayEdited(file, text)
  }
  const applied = await applyAloud({ prepared, edit }, connections, means, text, stop)
  const outcome = await finished(request, prepared, applied, means, text)
  if (outcome.kind === 'refused' && outcome.plan) {
    text.print()
    printPlan(text, outcome.plan, prepared.text)
  }
  return { plan, outcome }
}

/** The edit of fleet.yaml that a plan leaves for the end, and what is left for the operator. Answers how the run has then ended. */
async function finished(
  { file }: RunRequest,
  { plan, lastEdit }: Prepared,
  outcome: RunOutcome,
  { files }: RunMeans,
  text: LiveText,
): Promise<RunOutcome> {
  if (outcome.kind !== 'done' && outcome.kind !== 'nothing-to-do') return outcome
  try {
    // In the file as somebody may have changed it meanwhile.
    const now = plan.editsAfter && (await files.read(file))
    const edits = now ? lastEdit(now.text) : []
    if (now && edits.length > 0) {
      await editFleetFile(file, now.text, edits)
      sayEdited(file, text)
    }
  } catch (error) {
    const { remedy } = error as { readonly remedy?: string }
    const left = vscode.l10n.t('The servers match the plan. Run it again: only the edit of fleet.yaml remains.')
    const message = sentences(messageOf(error), remedy, left)
    text.print(styled(message, 'red'))
    return { kind: 'failed', message, restored: true }
  }
  printLines(text, leftLines(plan))
  return outcome
}

const sayEdited = (file: vscode.Uri, text: LiveText) =>
  text.print(`  ${styled('✓', 'green')}  ${vscode.l10n.t('Edited {0}', nameOf(file))}`)

/** A plan that the operator has confirmed, or how the run has ended without one. */
type Agreed = { readonly prepared: Prepared } | { readonly end: RunEnd }

/** Looks, plans and asks; and again if the operator prefers an alternative that the plan offers. */
async function planAndConfirm(
  { operation, given, file }: RunRequest,
  means: RunMeans,
  text: LiveText,
  stop: StopSignals,
  reading: { readonly fleet: Fleet; readonly text: string; readonly connections: Connections },
): Promise<Agreed> {
  text.live(styled(vscode.l10n.t('…  Checking {0} servers', reading.fleet.servers.length), 'cyan'))
  const prepared = await prepare(operation, given, {
    path: file.fsPath,
    text: reading.text,
    connections: reading.connections,
    voxbridgeToken: means.voxbridgeToken,
    signal: stop.cancel,
  })
  text.live()
  means.statuses.keep(file, prepared.observed)
  const { plan } = prepared
  printPlan(text, plan, reading.text)

  const early = endOfPlan(plan)
  if (early?.kind === 'refused')
    text.print(`\n${styled(vscode.l10n.t('✖ Refused. No server was changed.'), 'red', 'bold')}`)
  if (early) return { end: { plan, outcome: early } }
  const answer = stop.cancel.aborted ? 'stop' : await unlessAborted(means.confirm(plan, operation), stop.cancel)
  if (answer === 'alternative' && plan.alternative) {
    text.print(`\n  ${styled('✓', 'green')}  ${vscode.l10n.t('Chosen instead: {0}', plan.alternative.title)}\n`)
    return planAndConfirm({ operation, given: plan.alternative.given, file }, means, text, stop, reading)
  }
  if (answer === 'go') {
    const confirmed = plan.questions.length > 0 ? vscode.l10n.t('Confirmed anyway') : vscode.l10n.t('Confirmed')
    text.print(`\n  ${styled('✓', 'green')}  ${confirmed}`)
    return { prepared }
  }
  text.print(styled(vscode.l10n.t('Not confirmed. Nothing was done.'), 'yellow'))
  return { end: { plan, outcome: { kind: 'declined' } } }
}

async function applyAloud(
  { prepared, edit }: Confirmed,
  connections: Connections,
  means: RunMeans,
  text: LiveText,
  stop: StopSignals,
): Promise<RunOutcome> {
  const report = new RunReport(
    prepared.plan,
    text,
    () => performance.now(),
    ({ outcome, milliseconds }) => {
      for (const line of describeOutcome(outcome, milliseconds, text.columns)) text.print(line)
    },
  )
  const begun = performance.now()
  let { plan } = prepared
  const ticking = setInterval(() => report.tick(), 1000)
  try {
    return await means.apply({ prepared, edit }, connections, stop, event => {
      if (event.kind === 'run-started') plan = event.plan
      report.show(event)
      means.progress(plan, event)
    })
  } catch (error) {
    const outcome = { kind: 'failed', message: (error as Error).message, restored: false } as const
    report.show({ kind: 'run-finished', outcome, milliseconds: performance.now() - begun })
    return outcome
  } finally {
    clearInterval(ticking)
  }
}

/** How a run ends with a plan that is not to be applied. */
function endOfPlan(plan: Plan): RunOutcome | undefined {
  const [refusal] = plan.refusals
  if (refusal) return { kind: 'refused', ...refusal }
  return isNothing(plan) ? { kind: 'nothing-to-do' } : undefined
}
