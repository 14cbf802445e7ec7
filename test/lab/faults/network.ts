import { at, busyWorker, dropIn, type Fault, noDropIn, type Scene, whileDraining } from './fault'

const done = (scene: Scene) => scene.pretend('core-2', 1, {})
/** A restart takes a while, so that it can be caught in the middle. */
const slowStop = (scene: Scene) => dropIn(scene, 'core-2', 'voxcore@1', 'ExecStop=/bin/sleep 3')
const after = (milliseconds: number) => new Promise(passed => setTimeout(passed, milliseconds))

/** Cables, hosts and sshd. */
export const networkFaults: readonly Fault[] = [
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
    name: "the load balancer's cable is cut for a while in a restart",
    prepare: slowStop,
    moment: at('restart-worker'),
    strike: async ({ lab }) => {
      await lab.lab('cut', 'core-1')
      await after(4_000)
      await lab.lab('mend', 'core-1')
    },
    ends: 'done',
    mend: scene => noDropIn(scene, 'core-2', 'voxcore@1'),
  },
  {
    name: "a worker's host is asleep (SIGSTOP of sshd) in a drain, and wakes up",
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.shell('core-2', 'pkill -STOP -x sshd')
      await after(4_000)
      await pretend('core-2', 1, {})
      await lab.shell('core-2', 'pkill -CONT -x sshd')
    },
    ends: 'done',
  },
  {
    name: "a worker's host is asleep (SIGSTOP of sshd) in a drain for longer than its lock",
    prepare: busyWorker,
    moment: whileDraining,
    strike: ({ lab }) => lab.shell('core-2', 'pkill -STOP -x sshd'),
    ends: 'failed',
    says: /core-2/,
    within: 90,
    mend: async scene => {
      await scene.lab.shell('core-2', 'pkill -CONT -x sshd')
      await done(scene)
    },
  },
  {
    name: "a worker's host crashes in a restart, and boots again",
    prepare: slowStop,
    moment: at('restart-worker'),
    strike: ({ lab }) => lab.lab('crash', 'core-2'),
    ends: 'failed',
    says: /core-2/,
    within: 60,
    leftOut: ['core-2/1'],
    mend: ({ lab }) => lab.lab('up', 'core-1', 'core-2'),
  },
  {
    name: 'the load balancer crashes in a restart, and boots again',
    prepare: slowStop,
    moment: at('restart-worker'),
    strike: async ({ lab }) => {
      await lab.lab('crash', 'core-1')
      await lab.lab('up', 'core-1', 'core-2')
    },
    ends: 'failed',
    says: /core-1/,
    within: 90,
    mend: scene => noDropIn(scene, 'core-2', 'voxcore@1'),
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
]
