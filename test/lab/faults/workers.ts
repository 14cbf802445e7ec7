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

const nothing = () => {}

/** Something happens to worker 1, which has calls, while it is drained. */
const inDrain = (name: string, strike: Fault['strike'], rest: Pick<Fault, 'ends'> & Partial<Fault>): Fault => ({
  name,
  prepare: busyWorker,
  moment: whileDraining,
  strike,
  ...rest,
})

/** Worker 1's unit is not what it was when it is restarted. */
const withUnit = (name: string, text: string, rest: Pick<Fault, 'ends'> & Partial<Fault>): Fault => ({
  name,
  prepare: unit(text),
  moment: at('restart-worker'),
  strike: nothing,
  mend: mendUnit,
  ...rest,
})

const sudoers = '/etc/sudoers.d/deploy'
const withoutSudo = (name: string, host: string): Fault =>
  inDrain(
    name,
    async scene => {
      await scene.lab.shell(host, `mv ${sudoers} /tmp/sudoers-deploy`)
      await notBusy(scene)
    },
    { ends: 'failed', says: new RegExp(host), mend: ({ lab }) => lab.shell(host, `mv /tmp/sudoers-deploy ${sudoers}`) },
  )

const onCore2 = (command: string) => (scene: Scene) => scene.lab.shell('core-2', command)
const says = (state: object) => (scene: Scene) => scene.pretend('core-2', 1, state)
const mask =
  'mkdir -p /run/systemd/system; ln -s /dev/null /run/systemd/system/voxcore@1.service; systemctl daemon-reload'
const unmask = 'rm /run/systemd/system/voxcore@1.service; systemctl daemon-reload; systemctl start voxcore@1'

// Workers that die, hang, or answer badly.
export const workersFaults: readonly Fault[] = [
  inDrain(
    'a worker dies in a drain, and systemd starts it again: its calls are over, and the rollout goes on',
    onCore2('systemctl kill -s KILL voxcore@1'),
    { ends: 'done' },
  ),
  inDrain(
    'a worker is stopped by somebody in a drain: it has no calls left, and is started',
    onCore2('systemctl stop voxcore@1'),
    { ends: 'done' },
  ),
  inDrain('calls that do not end, and on_timeout says stop', nothing, {
    ends: 'failed',
    says: /core-2 worker 1 still has 2 calls after 12 seconds/,
    mend: notBusy,
  }),
  inDrain('calls that do not end, and on_timeout says restart', nothing, {
    fleet: { rollout: '{ drain: { timeout: 3s, on_timeout: restart }, ready: { timeout: 5s } }' },
    ends: 'done',
  }),
  inDrain('health hangs in a drain', says({ hang: true }), {
    fleet: { rollout: '{ drain: { timeout: 3s }, ready: { timeout: 5s } }' },
    ends: 'failed',
    says: /core-2 worker 1 (does not report how many calls|still has)/,
    within: 40,
    mend: notBusy,
  }),
  {
    name: 'health takes 4 s in a drain',
    prepare: says({ calls: 2, delay: 4 }),
    moment: at('wait-drained'),
    strike: ({ pretend }) => setTimeout(() => void pretend('core-2', 1, { delay: 4 }), 1_000),
    ends: 'done',
  },
  inDrain('health answers 500 in a drain', says({ fail: 500, calls: 2 }), {
    ends: 'failed',
    says: /does not report how many calls it has/,
    mend: notBusy,
  }),
  withUnit('a worker dies at start', 'ExecStart=\\nExecStart=/bin/false', {
    ...firstOut,
    says: /not healthy within 5 seconds of starting/,
  }),
  withUnit('systemd cannot start a worker', 'ExecStartPre=/bin/false\\nRestart=no', {
    ...firstOut,
    says: /systemctl restart voxcore@1\.service failed/,
  }),
  withUnit('a worker hangs at stop, until systemd kills it', 'ExecStop=/bin/sleep 60\\nTimeoutStopSec=3', {
    ends: 'done',
  }),
  withUnit('a worker takes 3 s to start', startsAfter(3), { ends: 'done' }),
  withUnit('a worker takes longer to start than it may', startsAfter(30), {
    ...firstOut,
    says: /not healthy within 5 seconds of starting/,
  }),
  inDrain(
    "a worker's unit is masked in a drain",
    async scene => {
      await onCore2(mask)(scene)
      await notBusy(scene)
    },
    { ends: 'failed', says: /voxcore@1\.service/, mend: onCore2(unmask) },
  ),
  withUnit(
    'the port is taken at start by something that is no worker',
    'ExecStartPre=/bin/sh -c "until ss -ltn | grep -q :8001; do sleep 0.1; done"',
    {
      strike: squatter,
      ...firstOut,
      says: /not healthy|does not/,
      mend: async scene => {
        await noSquatter(scene)
        await mendUnit(scene)
      },
    },
  ),
  {
    name: 'a new worker does not come up: nginx is never told of it',
    operation: addOne,
    prepare: async scene => {
      await scene.lab.shell('core-2', 'systemctl disable --now voxcore@3')
      await dropIn(scene, 'core-2', 'voxcore@3', 'ExecStart=\\nExecStart=/bin/false')
    },
    moment: at('enable-worker'),
    strike: nothing,
    ends: 'failed',
    says: /core-2 worker 3.*the edit of fleet\.yaml is kept/,
    mend: scene => noDropIn(scene, 'core-2', 'voxcore@3'),
    goal: ['core-2/3'],
  },
  withoutSudo('sudo is taken away in a drain', 'core-2'),
  withoutSudo(
    'sudo is taken away on the load balancer in a drain: the guardian is root, and puts things back',
    'core-1',
  ),
]
