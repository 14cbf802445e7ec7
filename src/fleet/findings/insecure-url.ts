import { isLoopback } from '../addresses'
import { type FindingRule, rangeNear } from './rule'

/** VoxBridge's token would cross the network in clear text. */
export const insecureUrl: FindingRule = {
  code: 'insecure-url',
  severity: 'warning',
  *find({ document, fleet }) {
    const url = fleet.voxbridge?.url
    if (url === undefined || !url.startsWith('http://') || isLoopback(hostOf(url))) return
    const range = rangeNear(document, ['voxbridge', 'url'])
    yield {
      range,
      message: 'Over http:// anybody on the way reads the token that VoxBridge is sent. Use https://.',
      fixes: [
        {
          title: 'Change to https://',
          edits: [
            {
              range: { start: range.start, end: range.end },
              newText: document.text.slice(range.start, range.end).replace('http://', 'https://'),
            },
          ],
          safe: false,
        },
      ],
    }
  },
}

const hostOf = (url: string): string => /^https?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/?#]*)/.exec(url)?.[1] ?? ''
