import type { SshOptions } from '../fleet/fleet'
import { shellWord } from '../plan/shell-word'
import { sshFrom } from '../remote/paths-from'
import type { Given } from './arguments'
import { CliError } from './cli-error'

/** `adopt`, as it was asked for. */
export interface AdoptCommand {
  readonly name: 'adopt'
  readonly hosts: readonly string[]
  readonly loadBalancer?: string
  readonly output?: string
  readonly force: boolean
  readonly fleetName?: string
  readonly unit?: string
  readonly upstream?: string
  readonly envFile?: string
  readonly maxCallsVariable?: string
  readonly workersVariable?: string
  readonly health?: string
  readonly ssh: SshOptions
  /** As it could be typed again. */
  readonly typed: string
}

export const adoptOptions = {
  'load-balancer': { type: 'string' },
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
  name: { type: 'string' },
  unit: { type: 'string' },
  upstream: { type: 'string' },
  'env-file': { type: 'string' },
  'max-calls-variable': { type: 'string' },
  'workers-variable': { type: 'string' },
  health: { type: 'string' },
  user: { type: 'string' },
  port: { type: 'string' },
  'identity-file': { type: 'string' },
  'known-hosts-file': { type: 'string' },
  'proxy-jump': { type: 'string' },
} as const

/** What fleet.yaml would take for each: a value that is none is refused before any server is asked. */
const patterns: Readonly<Record<string, RegExp>> = {
  name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  unit: /^[A-Za-z0-9][A-Za-z0-9_.\\:-]{0,199}@?(\.service)?$/,
  upstream: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
  'env-file': /^\/[A-Za-z0-9._/@%+=:,~-]*[A-Za-z0-9._@%+=:,~-]$/,
  'max-calls-variable': /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
  'workers-variable': /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
  health: /^\/[A-Za-z0-9._~/?&=%-]*$/,
  port: /^[1-9][0-9]{0,4}$/,
}

const usage = 'fleet-ops adopt HOST... [--load-balancer HOST] [--output FILE]'

/** Throws CliError for what it cannot mean. */
export function readAdopt({ values, positionals }: Given): AdoptCommand {
  const text = (name: keyof typeof adoptOptions): string | undefined => {
    const value = values[name]
    if (typeof value !== 'string') return undefined
    if (value === '' || patterns[name]?.test(value) === false)
      throw new CliError(`${JSON.stringify(value)} cannot be --${name}`, { remedy: 'fleet-ops adopt --help' })
    return value
  }
  if (positionals.length === 0) throw new CliError('adopt needs the hosts of the workers', { remedy: usage })
  const given = {
    loadBalancer: text('load-balancer'),
    output: text('output'),
    fleetName: text('name'),
    unit: text('unit'),
    upstream: text('upstream'),
    envFile: text('env-file'),
    maxCallsVariable: text('max-calls-variable'),
    workersVariable: text('workers-variable'),
    health: text('health'),
  }
  return {
    name: 'adopt',
    hosts: positionals,
    force: values.force === true,
    ssh: sshOf(text),
    typed: typedWords({ values, positionals }),
    ...withoutUndefined(given),
  }
}

function sshOf(text: (name: keyof typeof adoptOptions) => string | undefined): SshOptions {
  const port = text('port')
  const ssh = withoutUndefined({
    user: text('user'),
    port: port === undefined ? undefined : Number(port),
    identityFile: text('identity-file'),
    knownHostsFile: text('known-hosts-file'),
    proxyJump: text('proxy-jump'),
  })
  // Paths of a command line begin at the current folder, and those of the fleet.yaml that comes of it at that file's.
  return sshFrom(process.cwd(), ssh)
}

type Known<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>
}

/** Where the text goes, and what only connecting needs. */
const notTyped: ReadonlySet<string> = new Set([
  ...['output', 'force', 'user', 'port', 'identity-file', 'known-hosts-file', 'proxy-jump'],
])

/** The hosts and what decides. */
function typedWords({ values, positionals }: Given): string {
  const decides = Object.entries(values).filter(([name]) => !notTyped.has(name))
  const options = decides.flatMap(([name, value]) => [`--${name}`, String(value)])
  return ['fleet-ops', 'adopt', ...positionals, ...options].map(shellWord).join(' ')
}

/** The text of `adopt --help`. */
export const adoptHelp = `New fleet.yaml from Running Servers

  ${usage}

Looks at servers that run workers already, over SSH and changing nothing, and writes the fleet.yaml for which
\`fleet-ops status\` finds them as they are. HOST is [user@]host[:port] or an alias of ~/.ssh/config.

  --load-balancer HOST      the machine that nginx runs on, if it is none of the hosts, or several of them have one
  --output FILE             writes there instead of standard output; a file that is there is kept, but for --force
  --name NAME               the fleet's name

Where a server runs several things, these say which is meant (on a terminal you are asked):

  --unit TEMPLATE           the systemd template of the workers, such as voxcore@
  --upstream NAME           the nginx upstream
  --env-file FILE           the file that the workers read their settings from
  --max-calls-variable V    its variable for the calls of one worker
  --workers-variable V      its variable for the number of workers
  --health PATH             a worker's own health, /health if not given

For every connection, where ~/.ssh/config does not say it:

  --user U  --port N  --identity-file FILE  --known-hosts-file FILE  --proxy-jump HOST
`
