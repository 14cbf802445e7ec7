import { t } from '@vscode/l10n'
import { counted, listOf, sentences } from '../fleet/words'
import type { Plan, Step } from './plan'
import { natureOf } from './step-natures'

/** How much a plan changes, in distinct things. */
export interface PlanCounts {
  readonly servers: readonly string[]
  readonly restarted: number
  readonly started: number
  readonly stopped: number
  readonly drained: number
  readonly reloads: number
  readonly variables: number
  readonly copied: number
  readonly installed: number
  readonly registered: number
  readonly deregistered: number
  readonly firewalls: number
}

/** Counts what a plan's steps change. Waits change nothing; a server counts if something on it is changed. */
export function countPlan({ steps }: Pick<Plan, 'steps'>): PlanCounts {
  const workersOf = (kind: Step['kind']) =>
    new Set(steps.flatMap(step => (step.kind === kind && 'worker' in step ? [`${step.server} ${step.worker.id}`] : [])))
  const urlsOf = (kind: 'register' | 'deregister') =>
    steps.reduce((sum, step) => sum + (step.kind === kind ? step.urls.length : 0), 0)
  const drained = steps.flatMap(step => (step.kind === 'wait-drained' ? step.workers : []))
  return {
    servers: [...new Set(steps.filter(step => natureOf(step).changes).map(step => step.server))],
    restarted: workersOf('restart-worker').size,
    started: workersOf('enable-worker').size,
    stopped: workersOf('disable-worker').size,
    drained: new Set(drained.map(worker => `${worker.server} ${worker.id}`)).size,
    reloads: steps.filter(step => natureOf(step).reloads).length,
    variables: steps.filter(step => step.kind === 'set-variable').length,
    copied: steps.filter(step => step.kind === 'copy-tree').length,
    installed: steps.filter(step => step.kind === 'install').length,
    registered: urlsOf('register'),
    deregistered: urlsOf('deregister'),
    firewalls: steps.filter(step => step.kind === 'set-firewall').length,
  }
}

/** What a person is asked to confirm. */
export interface PlanSummary {
  /** One line to put as a question, such as `Rolling restart of core-1 and core-2`. */
  readonly title: string
  /** The totals of what it does, and on which servers, as one sentence. */
  readonly detail: string
}

/** Counts what a plan does and names its servers, for the one modal before it is carried out. */
export function planSummary(plan: Plan): PlanSummary {
  const counts = countPlan(plan)
  const parts = [
    [counts.restarted, t('restarts {0}', counted(counts.restarted, 'worker'))],
    [counts.started, t('starts {0}', counted(counts.started, 'worker'))],
    [counts.stopped, t('stops {0}', counted(counts.stopped, 'worker'))],
    [counts.variables, t('sets {0}', counted(counts.variables, 'variable'))],
    [counts.copied, t('copies {0}', counted(counts.copied, 'path'))],
    [counts.installed, t('runs the install command')],
    [counts.registered, t('registers {0} with VoxBridge', counted(counts.registered, 'URL'))],
    [counts.deregistered, t('removes {0} from VoxBridge', counted(counts.deregistered, 'URL'))],
    [counts.firewalls, t('sets the firewall of {0}', counted(counts.firewalls, 'server'))],
    [plan.edits.length + (plan.editsAfter?.length ?? 0), t('edits fleet.yaml')],
    [counts.reloads, reloadWords(counts.reloads)],
  ] as const
  const done = parts.filter(([number]) => number > 0).map(([, words]) => words)
  if (done.length === 0) return { title: plan.title, detail: withoutChanges(plan) }
  const what = listOf(done)
  const sentence = counts.servers.length > 0 ? t('{0}, on {1}.', what, listOf(counts.servers)) : t('{0}.', what)
  const drains = counts.drained > 0 && t('Waits for calls to end on {0}.', counted(counts.drained, 'worker'))
  return {
    title: plan.title,
    detail: sentences(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`, drains || undefined),
  }
}

function reloadWords(reloads: number): string {
  if (reloads === 1) return t('reloads nginx once')
  return reloads === 2 ? t('reloads nginx twice') : t('reloads nginx {0} times', reloads)
}

/** For a plan that changes nothing that is counted: what it still does, step by step. */
function withoutChanges({ steps }: Plan): string {
  return steps.length === 0 ? t('Nothing to do.') : `${steps.map(step => step.title).join('. ')}.`
}
