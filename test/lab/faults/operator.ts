import { at, busyWorker, dropIn, type Fault, noDropIn, startsAfter, whileDraining } from './fault'

const slowStop = (seconds: number): Pick<Fault, 'prepare' | 'mend'> => ({
  prepare: scene => dropIn(scene, 'core-2', 'voxcore@1', `ExecStop=/bin/sleep ${seconds}`),
  mend: scene => noDropIn(scene, 'core-2', 'voxcore@1'),
})

const nginxStandIn = '/usr/local/sbin/nginx'
/** A write lasts until it is caught in the middle. */
const slowNginxTest = `printf '#!/bin/sh\\n[ "$1" != -t ] || sleep 3\\nexec /usr/sbin/nginx "$@"\\n' >${nginxStandIn}; chmod 755 ${nginxStandIn}`

/** What the operator does: cancel, at each kind of step. */
export const operatorFaults: readonly Fault[] = [
  {
    name: 'cancel before anything',
    moment: 'before',
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    says: /Cancelled before anything was changed/,
    within: 5,
  },
  {
    name: 'cancel while the upstream is written',
    moment: at('write-upstream'),
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    says: /Worker 1 of core-2 takes calls again/,
    within: 10,
  },
  {
    name: 'cancel in a drain',
    prepare: busyWorker,
    moment: whileDraining,
    strike: scene => scene.cancel(),
    mend: scene => scene.pretend('core-2', 1, {}),
    ends: 'cancelled',
    says: /Worker 1 of core-2 takes calls again/,
    within: 10,
  },
  {
    name: 'cancel in a restart: it is finished first',
    ...slowStop(3),
    moment: at('restart-worker'),
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    says: /Worker 1 of core-2 takes calls again/,
    within: 14,
  },
  {
    name: 'cancel twice in a restart: it is not waited for',
    ...slowStop(6),
    moment: at('restart-worker'),
    strike: scene => {
      scene.cancel()
      setTimeout(() => scene.cancel(), 500)
    },
    ends: 'cancelled',
    says: /Worker 1 of core-2 was left out of the upstream/,
    leftOut: ['core-2/1'],
    within: 5,
  },
  {
    name: 'cancel while a worker gets ready',
    moment: at('wait-ready'),
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    says: /Worker 1 of core-2 takes calls again/,
    within: 10,
  },
  {
    name: 'cancel in a drain with the cable to the load balancer cut: the guardian restores',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, cancel }) => {
      await lab.lab('cut', 'core-1')
      cancel()
    },
    mend: async ({ lab, pretend }) => {
      await lab.lab('mend', 'core-1')
      await pretend('core-2', 1, {})
    },
    ends: 'cancelled',
    says: /could not be brought back from this machine.*the guardian on core-1 restores/,
    within: 12,
  },
  {
    name: 'cancel in a write that is not answered any more (SIGSTOP of sshd): the guardian restores',
    prepare: ({ lab }) => lab.shell('core-1', slowNginxTest),
    moment: at('write-upstream'),
    strike: async ({ lab, cancel }) => {
      await lab.shell('core-1', 'pkill -STOP -x sshd')
      cancel()
    },
    mend: ({ lab }) => lab.shell('core-1', `pkill -CONT -x sshd; rm ${nginxStandIn}`),
    ends: 'cancelled',
    says: /has not said whether .* was written\); the guardian on core-1 restores/,
    within: 10,
  },
  {
    name: "cancel in a drain with the cable to the worker's host cut",
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, cancel }) => {
      await lab.lab('cut', 'core-2')
      cancel()
    },
    mend: async ({ lab, pretend }) => {
      await lab.lab('mend', 'core-2')
      await pretend('core-2', 1, {})
    },
    ends: 'cancelled',
    says: /Worker 1 of core-2 takes calls again/,
    within: 10,
  },
  {
    name: 'cancel while a worker gets ready with the cable to its host cut',
    prepare: scene => dropIn(scene, 'core-2', 'voxcore@1', startsAfter(3)),
    moment: at('wait-ready'),
    strike: async ({ lab, cancel }) => {
      await lab.lab('cut', 'core-2')
      cancel()
    },
    mend: async scene => {
      await scene.lab.lab('mend', 'core-2')
      await noDropIn(scene, 'core-2', 'voxcore@1')
    },
    ends: 'cancelled',
    says: /Worker 1 of core-2 was left out of the upstream \(it has not answered yet\)/,
    leftOut: ['core-2/1'],
    within: 10,
  },
  {
    name: 'cancel while the next worker is drained',
    moment: at('write-upstream', 2),
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    says: /Worker 2 of core-2 takes calls again/,
    within: 10,
  },
]
