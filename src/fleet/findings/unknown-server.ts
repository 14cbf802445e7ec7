import { nearest } from '../nearest'
import { listOf } from '../words'
import { type FindingRule, rangeNear } from './rule'

/** nginx runs on a server that the file does not have. */
export const unknownServer: FindingRule = {
  code: 'unknown-server',
  severity: 'error',
  *find({ document, file }) {
    const name = file.load_balancer.server
    const known = Object.keys(file.servers)
    if (name === undefined || known.includes(name)) return
    const range = rangeNear(document, ['load_balancer', 'server'])
    const meant = nearest(name, known) ?? (known.length === 1 ? known[0] : undefined)
    const choice =
      known.length > 0
        ? `The servers are ${listOf(known.slice(0, 10))}${known.length > 10 ? ' and more' : ''}.`
        : 'There are no servers yet.'
    yield {
      range,
      message: `There is no server "${name}". ${choice} For a machine of its own, give "host" instead.`,
      fixes: meant ? [{ title: `Change to "${meant}"`, edits: [{ range, newText: meant }], safe: false }] : [],
    }
  },
}
