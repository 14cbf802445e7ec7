import type { Step } from './plan'

/** The properties of a kind of step, for code that treats steps alike by them. */
export interface StepNature {
  /** Changes something on the machine that it names. */
  readonly changes?: true
  /** Makes nginx read its configuration. */
  readonly reloads?: true
  /** Changes nothing: it ends when a condition holds, or some time is over. */
  readonly waits?: true
}

const natures = {
  'write-upstream': { changes: true, reloads: true },
  reload: { changes: true, reloads: true },
  'set-variable': { changes: true },
  'enable-worker': { changes: true },
  'disable-worker': { changes: true },
  'restart-worker': { changes: true },
  'set-firewall': { changes: true },
  'create-user': { changes: true },
  'copy-tree': { changes: true },
  install: { changes: true },
  'daemon-reload': { changes: true },
  'wait-drained': { waits: true },
  'wait-ready': { waits: true },
  'wait-reachable': { waits: true },
  'wait-calls-below': { waits: true },
  pause: { waits: true },
  // Changes something on the servers of its workers.
  'note-rollout': {},
  // Change something at VoxBridge.
  register: {},
  deregister: {},
} satisfies Record<Step['kind'], StepNature>

export const natureOf = ({ kind }: Step): StepNature => natures[kind]
