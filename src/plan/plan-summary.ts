import { listOf } from '../fleet/words'
import type { Plan, Step } from './plan'
import { count } from './worker-names'

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

const reloads: ReadonlySet<Step['kind']> = new Set(['write-upstream', 'reload'])
const changes: ReadonlySet<Step['kind']> = new Set([
  'write-upstream',
  'reload',
  'set-variable',
  'enable-worker',
  'disable-worker',
  'restart-worker',
  'set-firewall',
  'create-user',
  'copy-tree',
  'install',
  'daemon-reload',
])

/** Counts what a plan's steps change. Waits change nothing; a server counts if something on it is changed. */
export function countPlan({ steps }: Pick<Plan, 'steps'>): PlanCounts {
  const workersOf = (kind: Step['kind']) =>
    new Set(steps.flatMap(step => (step.kind === kind && 'worker' in step ? [`${step.server} ${step.worker.id}`] : [])))
  const urlsOf = (kind: 'register' | 'deregister') =>
    steps.reduce((sum, step) => sum + (step.kind === kind ? step.urls.length : 0), 0)
  const drained = steps.flatMap(step => (step.kind === 'wait-drained' ? step.workers : []))
  return {
    servers: [...new Set(steps.filter(step => changes.has(step.kind)).map(step => step.server))],
    restarted: workersOf('restart-worker').size,
    started: workersOf('enable-worker').size,
    stopped: workersOf('disable-worker').size,
    drained: new Set(drained.map(worker => `${worker.server} ${worker.id}`)).size,
    reloads: steps.filter(step => reloads.has(step.kind)).length,
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
  /** One question-worthy line, such as `Rolling restart of core-1 and core-2`. */
  readonly title: string
  /** What it does, counted, and on which servers, as one sentence. */
  readonly detail: string
}

/** Counts what a plan does and names the servers that it does it on, for the one modal before it is carried out. */
export function planSummary(plan: Plan): PlanSummary {
  const counts = countPlan(plan)
  const parts = [
    [counts.restarted, `restarts ${count(counts.restarted, 'worker')}`],
    [counts.started, `starts ${count(counts.started, 'worker')}`],
    [counts.stopped, `stops ${count(counts.stopped, 'worker')}`],
    [counts.variables, `sets ${count(counts.variables, 'variable')}`],
    [counts.copied, `copies ${count(counts.copied, 'path')}`],
    [counts.installed, 'runs the install command'],
    [counts.registered, `registers ${count(counts.registered, 'URL')} with VoxBridge`],
    [counts.deregistered, `takes ${count(counts.deregistered, 'URL')} off VoxBridge`],
    [counts.firewalls, `sets the firewall of ${count(counts.firewalls, 'server')}`],
    [plan.edits.length + (plan.editsAfter?.length ?? 0), 'edits fleet.yaml'],
    [counts.reloads, `reloads nginx ${['', 'once', 'twice'][counts.reloads] ?? `${counts.reloads} times`}`],
  ] as const
  const done = parts.filter(([number]) => number > 0).map(([, words]) => words)
  if (done.length === 0) return { title: plan.title, detail: withoutChanges(plan) }
  const where = counts.servers.length > 0 ? `, on ${listOf(counts.servers)}` : ''
  const drains = counts.drained > 0 ? ` Calls are waited for on ${count(counts.drained, 'worker')}.` : ''
  const sentence = `${listOf(done)}${where}.`
  return { title: plan.title, detail: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${drains}` }
}

/** Of a plan that changes nothing which is counted: what it still does, step by step. */
function withoutChanges({ steps }: Plan): string {
  return steps.length === 0 ? 'Nothing is to be done.' : `${steps.map(step => step.title).join('. ')}.`
}
