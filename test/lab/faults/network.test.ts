import { at, busyWorker, type Fault, whileDraining } from './fault'
import { tryFaults } from './try-faults'

const done = (scene: Parameters<NonNullable<Fault['prepare']>>[0]) => scene.pretend('core-2', 1, {})
const after = (milliseconds: number) => new Promise(passed => setTimeout(passed, milliseconds))

/** Cables, hosts and sshd. */
tryFaults([
  {
    name: "a worker's host is gone before the run",
    moment: 'before',
    strike: ({ lab }) => lab.lab('crash', 'core-2'),
    ends: 'refused',
    says: /core-2/,
    mend: ({ lab }) => lab.lab('up', 'core-1', 'core-2'),
  },
  {
    name: "a worker's host is cut off for a while in a drain",
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.lab('cut', 'core-2')
      await after(4_000)
      await lab.lab('mend', 'core-2')
      await pretend('core-2', 1, {})
    },
    ends: 'done',
  },
  {
    name: "the load balancer's sshd is killed with its sessions in a drain",
    prepare: busyWorker,
    moment: whileDraining,
    strike: ({ lab }) => lab.shell('core-1', 'pkill -KILL -x sshd; systemctl restart ssh'),
    ends: 'failed',
    says: /the lock on core-1 was lost/,
    mend: done,
  },
  {
    name: "a worker's sshd is killed with its sessions in a restart",
    moment: at('restart-worker'),
    strike: ({ lab }) => lab.shell('core-2', 'pkill -KILL -x sshd; systemctl restart ssh'),
    ends: 'failed',
    says: /lock on core-2 was lost/,
  },
  {
    name: "a worker's host crashes in a drain, and boots again",
    prepare: busyWorker,
    moment: whileDraining,
    strike: ({ lab }) => lab.lab('crash', 'core-2'),
    ends: 'failed',
    says: /lock on core-2 was lost/,
    within: 60,
    mend: ({ lab }) => lab.lab('up', 'core-1', 'core-2'),
  },
])
