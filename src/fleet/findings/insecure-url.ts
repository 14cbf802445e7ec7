import { t } from '@vscode/l10n'
import { isClearText } from '../base-urls'
import { changeTo } from '../fixes'
import { type FindingRule, rangeNear } from './rule'

/** VoxBridge's token would cross the network in clear text. */
export const insecureUrl: FindingRule = {
  code: 'insecure-url',
  severity: 'warning',
  *find({ document, fleet }) {
    const url = fleet.voxbridge?.url
    if (url === undefined || !isClearText(url)) return
    const path = ['voxbridge', 'url']
    const range = rangeNear(document, path)
    const written = document.text.slice(range.start, range.end)
    yield {
      range,
      message: t('Over http:// the token sent to VoxBridge could be intercepted. Use https://.'),
      fixes: changeTo(document, path, written.replace('http://', 'https://'), t('Change to https://')),
    }
  },
}
