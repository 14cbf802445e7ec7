import type { SshOptions } from '../fleet/fleet'
import { shellWord } from '../plan/shell-word'
import { sshFrom } from '../remote/paths-from'
import type { Given } from './arguments'
import { CliError } from './cli-error'

/** The arguments of `adopt`. */
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
  /** As it can be typed again. */
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

/** What fleet.yaml accepts for each: an invalid value is refused before any server is asked. */
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

/** Throws CliError for invalid arguments. */
export function readAdopt({ values, positionals }: Given): AdoptCommand {
  const text = (name: keyof typeof adoptOptions): string | undefined => {
    const value = values[name]
    if (typeof value !== 'string') return undefined
    if (value === '' || patterns[name]?.test(value) === false)
      throw new CliError(`${JSON.stringify(value)} is not valid for --${name}`, { remedy: 'fleet-ops adopt --help' })
    return value
  }
  if (positionals.length === 0) throw new CliError('adopt needs the hosts that run the workers', { remedy: usage })
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
  // Paths on the command line are relative to the current folder, those in the resulting fleet.yaml to that file's folder.
  return sshFrom(process.cwd(), ssh)
}

type Known<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

function withoutUndefined<T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>
}

/** Where the text goes, and what only the connections need. */
const notTyped: ReadonlySet<string> = new Set([
  ...['output', 'force', 'user', 'port', 'identity-file', 'known-hosts-file', 'proxy-jump'],
])

/** The hosts and the options that decide. */
function typedWords({ values, positionals }: Given): string {
  const decides = Object.entries(values).filter(([name]) => !notTyped.has(name))
  const options = decides.flatMap(([name, value]) => [`--${name}`, String(value)])
  return ['fleet-ops', 'adopt', ...positionals, ...options].map(shellWord).join(' ')
}

/** The text of `adopt --help`. */
export const adoptHelp = `New fleet.yaml from Running Servers

  ${usage}

Looks at running servers over SSH without changing them, and writes the fleet.yaml that describes them, so that
\`fleet-ops status\` finds no difference. HOST is [user@]host[:port] or an alias in ~/.ssh/config.

  --load-balancer HOST      the machine nginx runs on; needed if nginx runs elsewhere, or on several of the hosts
  --output FILE             writes to FILE instead of standard output; an existing file is kept unless --force is given
  --name NAME               the fleet's name

If there are several candidates, these options choose one (on a terminal you are asked):

  --unit TEMPLATE           the systemd template of the workers, such as voxcore@
  --upstream NAME           the nginx upstream
  --env-file FILE           the env file that the workers read
  --max-calls-variable V    its variable for the number of calls per worker
  --workers-variable V      its variable for the number of workers
  --health PATH             path of a worker's health, /health by default

For every connection, if not set in ~/.ssh/config:

  --user U  --port N  --identity-file FILE  --known-hosts-file FILE  --proxy-jump HOST
`
