import { at, busyWorker, dropIn, type Fault, noDropIn, type Scene, startsAfter, whileDraining } from './fault'

const addOne = ['add-worker', { server: 'core-2', count: 1 }] as const
const first = 'voxcore@1'
const unit = (text: string) => (scene: Scene) => dropIn(scene, 'core-2', first, text)
const mendUnit = (scene: Scene) => noDropIn(scene, 'core-2', first)
const firstOut = { ends: 'failed', leftOut: ['core-2/1'] } as const
const notBusy = (scene: Scene) => scene.pretend('core-2', 1, {})

/** Something that is no worker takes the port of core-2's first worker, as soon as that is free. */
const squatter = ({ lab }: Scene) =>
  lab.shell(
    'core-2',
    'systemd-run --quiet --unit=squatter sh -c "while ss -ltn | grep -q :8001; do sleep 0.05; done; exec python3 -m http.server 8001"',
  )
const noSquatter = ({ lab }: Scene) => lab.shell('core-2', 'systemctl stop squatter')

// Workers that die, hang, or answer badly.
export const workersFaults: readonly Fault[] = [
  {
    name: 'a worker dies in a drain, and systemd starts it again: its calls are over, and the rollout goes on',
    prepare: busyWorker,
    moment: whileDraining,
    strike: ({ lab }) => lab.shell('core-2', 'systemctl kill -s KILL voxcore@1'),
    ends: 'done',
  },
  {
    name: 'a worker is stopped by somebody in a drain: it has no calls left, and is started',
    prepare: busyWorker,
    moment: whileDraining,
    strike: ({ lab }) => lab.shell('core-2', 'systemctl stop voxcore@1'),
    ends: 'done',
  },
  {
    name: 'calls that do not end, and on_timeout says stop',
    prepare: busyWorker,
    moment: whileDraining,
    strike: () => {},
    ends: 'failed',
    says: /core-2 worker 1 still has 2 calls after 12 seconds/,
    mend: notBusy,
  },
  {
    name: 'calls that do not end, and on_timeout says restart',
    fleet: { rollout: '{ drain: { timeout: 3s, on_timeout: restart }, ready: { timeout: 5s } }' },
    prepare: busyWorker,
    moment: whileDraining,
    strike: () => {},
    ends: 'done',
  },
  {
    name: 'health hangs in a drain',
    fleet: { rollout: '{ drain: { timeout: 3s }, ready: { timeout: 5s } }' },
    prepare: busyWorker,
    moment: whileDraining,
    strike: scene => scene.pretend('core-2', 1, { hang: true }),
    ends: 'failed',
    says: /core-2 worker 1 (does not say how many calls|still has)/,
    within: 40,
    mend: notBusy,
  },
  {
    name: 'health takes 4 s in a drain',
    prepare: scene => scene.pretend('core-2', 1, { calls: 2, delay: 4 }),
    moment: at('wait-drained'),
    strike: ({ pretend }) => setTimeout(() => void pretend('core-2', 1, { delay: 4 }), 1_000),
    ends: 'done',
  },
  {
    name: 'health answers 500 in a drain',
    prepare: busyWorker,
    moment: whileDraining,
    strike: scene => scene.pretend('core-2', 1, { fail: 500, calls: 2 }),
    ends: 'failed',
    says: /does not say how many calls it has/,
    mend: notBusy,
  },
  {
    name: 'a worker dies at start',
    prepare: unit('ExecStart=\\nExecStart=/bin/false'),
    moment: at('restart-worker'),
    strike: () => {},
    ...firstOut,
    says: /not healthy 5 seconds after its start/,
    mend: mendUnit,
  },
  {
    name: 'systemd cannot start a worker',
    prepare: unit('ExecStartPre=/bin/false\\nRestart=no'),
    moment: at('restart-worker'),
    strike: () => {},
    ...firstOut,
    says: /systemctl restart voxcore@1\.service failed/,
    mend: mendUnit,
  },
  {
    name: 'a worker hangs at stop, until systemd kills it',
    prepare: unit('ExecStop=/bin/sleep 60\\nTimeoutStopSec=3'),
    moment: at('restart-worker'),
    strike: () => {},
    ends: 'done',
    mend: mendUnit,
  },
  {
    name: 'a worker takes 3 s to start',
    prepare: unit(startsAfter(3)),
    moment: at('restart-worker'),
    strike: () => {},
    ends: 'done',
    mend: mendUnit,
  },
  {
    name: 'a worker takes longer to start than it may',
    prepare: unit(startsAfter(30)),
    moment: at('restart-worker'),
    strike: () => {},
    ...firstOut,
    says: /not healthy 5 seconds/,
    mend: mendUnit,
  },
  {
    name: "a worker's unit is masked in a drain",
    prepare: busyWorker,
    moment: whileDraining,
    strike: async scene => {
      await scene.lab.shell(
        'core-2',
        'mkdir -p /run/systemd/system; ln -s /dev/null /run/systemd/system/voxcore@1.service; systemctl daemon-reload',
      )
      await notBusy(scene)
    },
    ends: 'failed',
    says: /voxcore@1\.service/,
    mend: ({ lab }) =>
      lab.shell(
        'core-2',
        'rm /run/systemd/system/voxcore@1.service; systemctl daemon-reload; systemctl start voxcore@1',
      ),
  },
  {
    name: 'the port is taken at start by something that is no worker',
    prepare: unit('ExecStartPre=/bin/sh -c "until ss -ltn | grep -q :8001; do sleep 0.1; done"'),
    moment: at('restart-worker'),
    strike: squatter,
    ...firstOut,
    says: /not healthy|does not/,
    mend: async scene => {
      await noSquatter(scene)
      await mendUnit(scene)
    },
  },
  {
    name: 'a new worker does not come up: nginx is never told of it',
    operation: addOne,
    prepare: async scene => {
      await scene.lab.shell('core-2', 'systemctl disable --now voxcore@3')
      await dropIn(scene, 'core-2', 'voxcore@3', 'ExecStart=\\nExecStart=/bin/false')
    },
    moment: at('enable-worker'),
    strike: () => {},
    ends: 'failed',
    says: /core-2 worker 3.*the edit of fleet\.yaml stays/,
    mend: scene => noDropIn(scene, 'core-2', 'voxcore@3'),
    goal: ['core-2/3'],
  },
  {
    name: 'sudo is taken away in a drain',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async scene => {
      await scene.lab.shell('core-2', 'mv /etc/sudoers.d/deploy /tmp/sudoers-deploy')
      await notBusy(scene)
    },
    ends: 'failed',
    says: /core-2/,
    mend: ({ lab }) => lab.shell('core-2', 'mv /tmp/sudoers-deploy /etc/sudoers.d/deploy'),
  },
  {
    name: 'sudo is taken away on the load balancer in a drain: the guardian is root, and puts things back',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async scene => {
      await scene.lab.shell('core-1', 'mv /etc/sudoers.d/deploy /tmp/sudoers-deploy')
      await notBusy(scene)
    },
    ends: 'failed',
    says: /core-1/,
    mend: ({ lab }) => lab.shell('core-1', 'mv /tmp/sudoers-deploy /etc/sudoers.d/deploy'),
  },
]
