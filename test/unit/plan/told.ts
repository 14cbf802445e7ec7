import type { Plan, Step } from '../../../src/plan/plan'

/** A step in a few words, for tables of what a plan does: what the words do not say is asserted where it matters. */
export function told(step: Step): string {
  switch (step.kind) {
    case 'write-upstream':
      return `write ${downLines(step.text).join(' ') || '-'}`
    case 'set-variable':
      return `set ${step.server} ${step.variable}=${step.value}`
    case 'enable-worker':
    case 'disable-worker':
    case 'restart-worker':
      return `${step.kind.replace('-worker', '')} ${step.worker.server}/${step.worker.id}`
    case 'wait-drained':
    case 'wait-ready':
      return `${step.kind.replace('wait-', '')} ${step.workers.map(worker => `${worker.server}/${worker.id}`).join(' ')}`
    case 'set-firewall':
      return `firewall ${step.server} ${step.tool} ${step.ports.join()} from ${step.sources.join()}`
    case 'wait-calls-below':
      return `calls ${step.calls}`
    case 'pause':
      return `pause ${step.seconds}`
    case 'create-user':
      return `user ${step.server} ${step.user}`
    case 'copy-tree':
      return `copy ${step.from} > ${step.server} ${step.path}`
    case 'daemon-reload':
      return `daemon-reload ${step.server}`
    case 'install':
      return `install ${step.server} ${step.command}`
    case 'wait-reachable':
      return `reachable ${step.workers.map(worker => `${worker.server}/${worker.id}`).join(' ')}`
    case 'register':
    case 'deregister':
      return `${step.kind} ${step.urls.join(' ')}`
    case 'reload':
      return 'reload'
    case 'note-rollout':
      return `rollout ${step.moment} ${step.workers.map(worker => `${worker.server}/${worker.id}`).join(' ')}`
  }
}

/** The addresses that a file marks down. */
export const downLines = (text: string): readonly string[] =>
  [...text.matchAll(/^[ \t]*server[ \t]+([^\s;]+)[^;\n]*[ \t]down\b[^;\n]*;/gm)].map(match => match[1] ?? '')

export const toldSteps = ({ steps }: Pick<Plan, 'steps'>): readonly string[] => steps.map(told)

/** Without the notes that a rolling restart begins and has ended, which are the same around every one. */
export const toldChanges = ({ steps }: Pick<Plan, 'steps'>): readonly string[] =>
  steps.filter(step => step.kind !== 'note-rollout').map(told)

/** How often nginx is reloaded. */
export const reloadsOf = ({ steps }: Pick<Plan, 'steps'>): number =>
  steps.filter(step => step.kind === 'write-upstream' || step.kind === 'reload').length
