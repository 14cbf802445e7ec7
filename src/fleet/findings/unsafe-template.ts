import { t } from '@vscode/l10n'
import { type FindingRule, rangeNear } from './rule'

/** A template is a program: one outside the folder is not the fleet's own. */
export const unsafeTemplate: FindingRule = {
  code: 'unsafe-template',
  severity: 'error',
  *find({ document, fleet }) {
    const { template } = fleet.loadBalancer
    if (template === undefined || isWithin(template)) return
    yield {
      range: rangeNear(document, ['load_balancer', 'template']),
      message: t(
        '{0} is outside the folder of this file. Put the template beside fleet.yaml, and give only its name.',
        template,
      ),
    }
  },
}

/** Whether a relative path stays within its starting folder, on every system. */
function isWithin(path: string): boolean {
  if (/^([/\\~]|[A-Za-z]:)/.test(path)) return false
  let depth = 0
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return false
  }
  return true
}
