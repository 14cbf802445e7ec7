import { upstreamFile } from '../fixture/hosts'
import { at, busyWorker, type Fault, type Scene, whileDraining } from './fault'

const byHand = ({ lab }: Scene) => lab.shell('core-1', `printf '# by hand\\n' >> ${upstreamFile}`)
const addOne = ['add-worker', { server: 'core-2', count: 1 }] as const
const withThree = ['core-2/3']

/** conf.d on a disk of its own that has no byte left. */
const fullDisk = ({ lab }: Scene) =>
  lab.shell(
    'core-1',
    'cp -a /etc/nginx/conf.d /tmp/conf.d && mount -t tmpfs -o size=64k tmpfs /etc/nginx/conf.d && cp -a /tmp/conf.d/. /etc/nginx/conf.d/ && (dd if=/dev/zero of=/etc/nginx/conf.d/fill bs=4k 2>/dev/null || true)',
  )
const emptyDisk = ({ lab }: Scene) => lab.shell('core-1', 'rm -f /etc/nginx/conf.d/fill')

const readOnly = ({ lab }: Scene) =>
  lab.shell('core-1', 'mount --bind /etc/nginx/conf.d /etc/nginx/conf.d && mount -o remount,ro,bind /etc/nginx/conf.d')
const notReadOnly = ({ lab }: Scene) => lab.shell('core-1', 'umount /etc/nginx/conf.d')

const environment = '/opt/voxcore/.env'

// Files that change, are gone or cannot be written, and disks that are full.
export const filesFaults: readonly Fault[] = [
  {
    name: 'the upstream file is changed by somebody else after the plan was confirmed',
    moment: 'before',
    strike: byHand,
    ends: 'refused',
    says: /have changed since the plan was confirmed, so nothing was changed/,
  },
  {
    name: 'the upstream file is changed by somebody else in a drain: it stays as they left it until the next run',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async scene => {
      await byHand(scene)
      await scene.pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /has changed since it was looked at.*guardian on core-1 has not restored/,
    leftOut: ['core-2/1'],
  },
  {
    name: 'the disk is full before the run',
    prepare: fullDisk,
    moment: 'before',
    strike: () => {},
    ends: 'failed',
    says: /is the disk full, or read-only\?/,
    mend: emptyDisk,
  },
  {
    name: 'the disk fills up in a restart: the guardian brings the worker back when it can',
    moment: at('restart-worker'),
    strike: fullDisk,
    ends: 'failed',
    says: /is the disk full, or read-only\?.*guardian on core-1 has restored/,
    mend: emptyDisk,
  },
  {
    name: 'the folder of the upstream is read-only',
    prepare: readOnly,
    moment: 'before',
    strike: () => {},
    ends: 'failed',
    says: /is the disk full, or read-only\?/,
    mend: notReadOnly,
  },
  {
    name: 'the folder of the upstream is read-only from a drain on: the guardian holds on until it is not',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async scene => {
      await readOnly(scene)
      await scene.pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /could not be brought back from this machine.*is the disk full, or read-only\?|guardian on core-1 has not restored/,
    mend: notReadOnly,
  },
  {
    name: 'the env file is not there when a worker is added',
    operation: addOne,
    moment: 'before',
    strike: ({ lab }) => lab.shell('core-2', `mv ${environment} ${environment}.away`),
    ends: 'refused',
    says: /have changed since/,
    mend: ({ lab }) => lab.shell('core-2', `mv ${environment}.away ${environment}`),
    goal: withThree,
  },
  {
    name: "the env file's folder is read-only when a worker is added",
    operation: addOne,
    moment: 'before',
    strike: ({ lab }) =>
      lab.shell('core-2', 'mount --bind /opt/voxcore /opt/voxcore && mount -o remount,ro,bind /opt/voxcore'),
    ends: 'failed',
    says: /is the disk full, or read-only\?/,
    mend: ({ lab }) => lab.shell('core-2', 'umount /opt/voxcore'),
    goal: withThree,
  },
  {
    name: '/run/fleet-ops is gone in a drain',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.shell('core-1', 'rm -rf /run/fleet-ops')
      await pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /lock (on core-1 was lost|is no longer this run's).*guardian on core-1 has restored/,
  },
  {
    name: "the disk of a worker's host is full before the run: the rollout cannot be noted",
    prepare: ({ lab }) =>
      lab.shell(
        'core-2',
        'mkdir -p /var/lib/fleet-ops && mount -t tmpfs -o size=64k tmpfs /var/lib/fleet-ops && mkdir /var/lib/fleet-ops/.rollouts && (dd if=/dev/zero of=/var/lib/fleet-ops/fill bs=4k 2>/dev/null || true)',
      ),
    moment: 'before',
    strike: () => {},
    ends: 'failed',
    says: /is the disk full\?|cannot be/,
    mend: ({ lab }) => lab.shell('core-2', 'rm -f /var/lib/fleet-ops/fill'),
  },
]
