import type { Step } from './plan'

/** How long something takes, in seconds: without calls to wait for, and with every wait at its limit. */
export interface Estimate {
  readonly least: number
  readonly most: number
}

/** Seconds, as measured on small servers; systemd kills a service that does not stop after 90 s (systemd-system.conf(5)). */
const durations: { readonly [Kind in Step['kind']]: (step: Extract<Step, { kind: Kind }>) => Estimate } = {
  'write-upstream': () => ({ least: 1, most: 10 }),
  reload: () => ({ least: 1, most: 10 }),
  'set-variable': () => ({ least: 1, most: 5 }),
  'enable-worker': () => ({ least: 1, most: 10 }),
  'disable-worker': () => ({ least: 1, most: 90 }),
  'restart-worker': () => ({ least: 2, most: 90 }),
  'wait-drained': step => ({ least: 1, most: step.timeoutSeconds }),
  'wait-ready': step => ({ least: step.checks, most: step.timeoutSeconds }),
  'wait-calls-below': step => ({ least: 0, most: step.timeoutSeconds }),
  'set-firewall': () => ({ least: 1, most: 10 }),
  pause: step => ({ least: step.seconds, most: step.seconds }),
  'create-user': () => ({ least: 1, most: 10 }),
  'copy-tree': step => (step.tree === 'directory' ? { least: 10, most: 1800 } : { least: 1, most: 30 }),
  install: () => ({ least: 5, most: 1800 }),
  'daemon-reload': () => ({ least: 1, most: 10 }),
  'wait-reachable': step => ({ least: 1, most: step.timeoutSeconds }),
  register: () => ({ least: 3, most: 40 }),
  deregister: () => ({ least: 3, most: 20 }),
  'note-rollout': () => ({ least: 0, most: 10 }),
}

/** How long these steps take one after the other. */
export function estimate(steps: readonly Step[]): Estimate {
  const all = steps.map(step => (durations[step.kind] as (step: Step) => Estimate)(step))
  return {
    least: all.reduce((sum, { least }) => sum + least, 0),
    most: all.reduce((sum, { most }) => sum + most, 0),
  }
}

/** Seconds as a person says them: `40 s`, `12 min`, `1 h 5 min`. Minutes are rounded up. */
export function sayDuration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
