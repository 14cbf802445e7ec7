import type { UpstreamServer } from '../nginx/read-upstream'
import type { Item, Scalar } from './commented-yaml'
import type { FoundWorker } from './layout'
import type { LiveBlock } from './live-block'
import type { Scene } from './sighting'
import type { FoundHost } from './survey'

/** fleet.yaml's keys for the parameters of a `server` line, by nginx's names for them. */
type Options = Readonly<Record<string, Scalar>>

/** The parameters that all lines may have in common. */
const shared = ['max_conns', 'max_fails', 'fail_timeout'] as const

/** A line's parameters as fleet.yaml has them; those without a key are left out, and status reports them. */
function optionsOf({ parameters }: UpstreamServer): Options {
  const options: Record<string, Scalar> = {}
  for (const parameter of parameters) {
    const [name = '', value] = parameter.split('=', 2)
    if (name === 'down' || name === 'backup') options[name] = true
    else if (/^(weight|max_conns|max_fails)$/.test(name) && /^\d{1,6}$/.test(value ?? '')) options[name] = Number(value)
    else if (name === 'fail_timeout' && /^\d{1,8}[smhd]?$/.test(value ?? ''))
      options[name] = /^\d+$/.test(value ?? '') ? Number(value) : (value ?? '')
  }
  return options
}

/** The parameters that all lines leading to a worker have in common. */
export function commonOptions(block: LiveBlock | undefined): Options {
  const all = (block?.led ?? []).map(({ line }) => optionsOf(line))
  const [first = {}] = all
  return Object.fromEntries(
    shared.flatMap(name => {
      const value = first[name]
      return value !== undefined && all.every(one => one[name] === value) ? [[name, value]] : []
    }),
  )
}

/** The `worker_options` of a server: what its workers' lines have in addition. */
export function lineOptions(
  { chosen: { block } }: Scene,
  host: FoundHost,
  workers: readonly FoundWorker[],
): readonly Item[] {
  const common = commonOptions(block)
  return workers.flatMap(({ id }) => {
    const line = block?.led.find(one => one.host === host && one.id === id)?.line
    const own = Object.entries(line ? optionsOf(line) : {}).filter(([name, value]) => common[name] !== value)
    return own.length > 0 ? [{ key: id, value: Object.fromEntries(own) }] : []
  })
}
