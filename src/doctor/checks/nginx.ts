import { t } from '@vscode/l10n'
import { messageOf } from '../../fleet/message-of'
import type { ReachableLoadBalancer } from '../../fleet/observed'
import { readUpstream } from '../../nginx/read-upstream'
import { type Check, failed, type Judgement, well } from '../check'
import type { Patient } from '../evidence'
import type { Examined } from '../examined'

/** nginx is installed, runs, accepts its configuration, and has the upstream exactly once, in the named file. */
export const nginx: Check = {
  name: 'nginx',
  stage: 'probe',
  needs: ['sudo'],
  concerns: ({ balances }) => balances,
  judge({ examined, probe }, patient) {
    if (!examined?.nginxTest || !probe?.loadBalancer) return undefined
    const live = probe.loadBalancer
    if (!live.reachable)
      return failed(live.message.replace(/\.$/, ''), t('Check its permissions, and those of every folder above it.'))
    return judgeProgram(live, examined.nginxTest) ?? judgeFile(live, patient)
  },
}

/** What is wrong with nginx itself; undefined if nothing is. */
function judgeProgram(
  { nginxActive }: ReachableLoadBalancer,
  { result, said }: NonNullable<Examined['nginxTest']>,
): Judgement | undefined {
  if (result === 'missing')
    return failed(
      t('nginx is not installed'),
      t('Install it, or name the machine that runs it: "server" or "host" under "load_balancer" in fleet.yaml.'),
    )
  if (result === 'failed')
    return failed(
      t('nginx -t rejects the configuration: {0}', complaintOf(said)),
      t('Fix the error it reports: until then nginx accepts no changes, and would not restart.'),
    )
  if (!nginxActive) return failed(t('nginx is not running'), t('Run systemctl start nginx, and check its output.'))
  return undefined
}

function judgeFile({ file, nginxVersion }: ReachableLoadBalancer, { fleet }: Patient): Judgement {
  const { upstream, file: path } = fleet.loadBalancer
  const other = t('if nginx has it in another file, set "file" under "load_balancer" in fleet.yaml')
  if (!file.exists)
    return failed(t('file {0} does not exist', path), t('Reload nginx (fleet-ops run reload) writes it; {0}.', other))
  try {
    if (!readUpstream(file.text, upstream))
      return failed(
        t('{0} has no upstream {1}', path, upstream),
        t(
          'Set "upstream" under "load_balancer" to its name there, or let Reload nginx (fleet-ops run reload) write it; {0}.',
          other,
        ),
      )
  } catch (error) {
    const why = messageOf(error).replace(/\.$/, '')
    return failed(`${path}: ${why}`, t('Fix it by hand: Fleet Ops cannot tell which one to change.'))
  }
  return well(
    nginxVersion
      ? t('nginx {0} is running, nginx -t passes, upstream {1} is in {2}', nginxVersion, upstream, path)
      : t('nginx is running, nginx -t passes, upstream {0} is in {1}', upstream, path),
  )
}

/** The first line that says what is wrong, without nginx's own prefix and process ids. */
const complaintOf = (said: string) =>
  (said.split('\n').find(line => /\[(?:emerg|alert|crit|error)\]/.test(line)) ?? said.trim().split('\n').at(-1) ?? '')
    .replace(/^nginx: /, '')
    .replace(/^\[\w+\] (?:\d+#\d+: )?/, '')
    .trim()
