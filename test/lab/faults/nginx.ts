import { reloads, until } from '../fixture/hosts'
import { at, busyWorker, type Fault, whileDraining } from './fault'

const breakNginx = 'echo "brokn;" > /etc/nginx/conf.d/other.conf'
const mendNginx: Fault['mend'] = ({ lab }) =>
  lab.shell('core-1', 'rm -f /etc/nginx/conf.d/other.conf; systemctl start nginx')

/** nginx and its configuration, at each time that it is touched. */
export const nginxFaults: readonly Fault[] = [
  {
    name: "somebody else's broken file, before the run",
    moment: 'before',
    strike: ({ lab }) => lab.shell('core-1', breakNginx),
    ends: 'failed',
    says: /unknown directive "brokn" in \/etc\/nginx\/conf\.d\/other\.conf:1/,
    mend: mendNginx,
  },
  {
    name: "somebody else's broken file, in a drain: the guardian holds on until it is fixed",
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.shell('core-1', breakNginx)
      await pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /unknown directive "brokn".*has restored .*, but nginx does not load it/,
    mend: async scene => {
      const before = await reloads(scene.lab)
      await mendNginx(scene)
      await until('the guardian has had nginx load the file', async () => (await reloads(scene.lab)) > before)
    },
  },
  {
    name: 'nginx is stopped after the plan was confirmed',
    moment: 'before',
    strike: ({ lab }) => lab.shell('core-1', 'systemctl stop nginx'),
    ends: 'refused',
    says: /have changed since the plan was confirmed, so nothing was changed/,
    mend: mendNginx,
  },
  {
    name: 'nginx is killed in a drain',
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.shell('core-1', 'systemctl kill -s KILL nginx')
      await pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /nginx is not running/,
    mend: mendNginx,
  },
  {
    name: 'nginx is stopped in a restart',
    moment: at('restart-worker'),
    strike: ({ lab }) => lab.shell('core-1', 'systemctl stop nginx'),
    ends: 'failed',
    says: /nginx is not running/,
    mend: mendNginx,
  },
]
