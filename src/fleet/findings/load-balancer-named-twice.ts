import { t } from '@vscode/l10n'
import type { Fix } from '../finding'
import { fixByRemoving } from '../fixes'
import type { TextEdit } from '../text'
import { type FindingRule, type RuleContext, rangeNear } from './rule'

/** Machines are known by name: if a server and a separate load balancer had the same one, a change could go to either of them. */
export const loadBalancerNamedTwice: FindingRule = {
  code: 'invalid-value',
  severity: 'error',
  *find(context) {
    const { document, file } = context
    const { server, host } = file.load_balancer
    if (server !== undefined || host === undefined || !Object.hasOwn(file.servers, host)) return
    yield {
      range: rangeNear(document, ['load_balancer', 'host']),
      message: t(
        '"host" cannot be {0}, which is the name of a server. If nginx runs on that server, write "server: {0}" instead; if it runs on another machine, give the server another name.',
        host,
      ),
      related: [{ range: rangeNear(document, ['servers', host], 'key'), message: t('The server of that name') }],
      fixes: runsOnServer(context, host),
    }
  },
}

/** Only the key changes, and the login of the separate machine is removed: a server's own keys say how to log in to it. */
function runsOnServer({ document, file }: RuleContext, name: string): readonly Fix[] {
  const key = document.rangeOf(['load_balancer', 'host'], 'key')
  if (!key || !document.nodeAt(['load_balancer', 'host'])) return []
  const rename: TextEdit = { range: key, newText: 'server' }
  const title = t('Change to server: {0}', name)
  if (file.load_balancer.ssh === undefined) return [{ title, edits: [rename], safe: false }]
  return fixByRemoving(document, ['load_balancer', 'ssh'], title).map(fix => ({
    ...fix,
    edits: [rename, ...fix.edits],
  }))
}
