import { t } from '@vscode/l10n'
import type { Endpoint, Machine } from '../fleet/fleet'
import type { Unreachable, WorkerHealth } from '../fleet/observed'

/** A numbered instance of a systemd template, as a survey found it. */
export interface SurveyedUnit {
  /** Such as `voxcore@`. */
  readonly template: string
  readonly id: number
  readonly activeState: string
  readonly unitFileState: string
  readonly directory?: string
  readonly envFiles: readonly string[]
  /** What its processes listen on, as this server reaches it. */
  readonly listens: readonly Endpoint[]
}

/** An env file that a unit reads, or that is in its directory. */
export interface SurveyedEnvFile {
  readonly path: string
  readonly state: 'read' | 'missing' | 'unreadable'
  /** The names of variables that hold a whole number, or several as `1,2,4`. No values are known. */
  readonly counts: readonly string[]
}

/** An upstream block of nginx's configuration. */
export interface SurveyedUpstream {
  readonly name: string
  /** The file that holds it, under the name by which nginx includes it. */
  readonly file: string
  /** The block, one directive per line, as nginx would read it. */
  readonly text: string
}

/** What one server said about itself. */
export interface Survey {
  readonly hostname: string
  /** Distinguishes two names of one machine from two machines. */
  readonly boot: string
  readonly addresses: readonly string[]
  readonly units: readonly SurveyedUnit[]
  readonly envFiles: readonly SurveyedEnvFile[]
  readonly nginx: 'active' | 'inactive' | 'none'
  readonly upstreams: readonly SurveyedUpstream[]
  /** What this machine resolves the names in `server` lines to. */
  readonly resolves: ReadonlyMap<string, readonly string[]>
  /** Whether it was possible to see which process listens where. */
  readonly listsSockets: boolean
  /** The tools by which Fleet Ops already keeps workers' ports to a load balancer, and for which fleet. */
  readonly firewalls: readonly { readonly tool: 'nftables' | 'ufw'; readonly fleet: string }[]
  /** Why it was not looked at as root, if it was not: much is unknown then. */
  readonly whyNotRoot?: string
}

/** What a unit's endpoint answered when it was asked for a worker's health. */
export interface Answer {
  readonly template: string
  readonly id: number
  readonly endpoint: Endpoint
  readonly health: WorkerHealth
}

/** A host that was asked for, and the result. */
export interface SurveyedHost {
  /** As it was written: `deploy@203.0.113.10:2222`. */
  readonly given: string
  readonly machine: Machine
  readonly result:
    | Unreachable
    | { readonly reachable: true; readonly survey: Survey; readonly answers: readonly Answer[] }
}

/** A host that answered. */
export interface FoundHost {
  readonly given: string
  readonly machine: Machine
  readonly survey: Survey
  readonly answers: readonly Answer[]
}

export const foundHosts = (hosts: readonly SurveyedHost[]): readonly FoundHost[] =>
  hosts.flatMap(({ given, machine, result }) =>
    result.reachable ? [{ given, machine, survey: result.survey, answers: result.answers }] : [],
  )

/** The output of the script is not a survey: a login shell that prints, or a script that was cut off. */
export class SurveyError extends Error {
  override readonly name = 'SurveyError'
}

/** Reads the output of `survey` (src/remote/scripts/survey.sh). Throws SurveyError if a required line is missing. */
export function parseSurvey(output: string, whyNotRoot?: string): Survey {
  const lines = output.split(/\r?\n/).flatMap(line => {
    const [, key, value] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    return key === undefined || value === undefined ? [] : [{ key, value }]
  })
  const all = (key: string) => lines.filter(line => line.key === key).map(({ value }) => value)
  const one = (key: string) => all(key).at(-1)
  const boot = one('boot')
  if (!boot) throw new SurveyError(t("The server's answer is not a survey."))
  const nginx = one('nginx')
  return {
    hostname: one('hostname') ?? '',
    boot,
    addresses: (one('addresses') ?? '').split(' ').filter(Boolean),
    units: unitsOf(lines, all('listens')),
    envFiles: all('env_file').map(envFileOf),
    nginx: nginx === 'active' || nginx === 'inactive' ? nginx : 'none',
    upstreams: upstreamsOf(lines),
    resolves: new Map(
      all('resolves').map(line => {
        const [name = '', ...addresses] = line.split(' ').filter(Boolean)
        return [name, addresses]
      }),
    ),
    listsSockets: one('sockets') === 'listed',
    firewalls: [...all('firewall'), ...all('firewall_hex').map(unhexed)].flatMap(firewallOf),
    ...(whyNotRoot === undefined ? {} : { whyNotRoot }),
  }
}

interface Line {
  readonly key: string
  readonly value: string
}

/** A line `unit=NAME` and the properties that follow it. */
function unitsOf(lines: readonly Line[], listens: readonly string[]): readonly SurveyedUnit[] {
  const units: { name: string; properties: Line[] }[] = []
  for (const line of lines) {
    if (line.key === 'unit') units.push({ name: line.value, properties: [] })
    else if (/^[A-Z]/.test(line.key)) units.at(-1)?.properties.push(line)
  }
  return units.flatMap(({ name, properties }) => {
    const [, template, id] = /^(.+@)(\d+)\.service$/.exec(name) ?? []
    if (template === undefined) return []
    const values = (key: string) => properties.filter(property => property.key === key).map(({ value }) => value)
    const directory = values('WorkingDirectory')[0]?.replace(/^[!-]+(?=\/)/, '')
    return [
      {
        template,
        id: Number(id),
        activeState: values('ActiveState')[0] ?? '',
        unitFileState: values('UnitFileState')[0] ?? '',
        envFiles: values('EnvironmentFiles')
          .map(value => value.replace(/ \(ignore_errors=.*$/, ''))
          .filter(path => path.startsWith('/')),
        listens: listens.flatMap(line => endpointOf(line, name)),
        ...(directory?.startsWith('/') ? { directory } : {}),
      },
    ]
  })
}

/** `UNIT port ADDRESS:PORT` or `UNIT socket PATH`. */
function endpointOf(line: string, name: string): readonly Endpoint[] {
  const [unit, kind, where = ''] = line.split(' ')
  if (unit !== name) return []
  if (kind === 'socket') return where.startsWith('/') ? [{ kind, path: where }] : []
  const port = Number(/:(\d+)$/.exec(where)?.[1])
  return Number.isInteger(port) ? [{ kind: 'port', port }] : []
}

/** `TOOL FLEET`. */
function firewallOf(value: string): Survey['firewalls'] {
  const [tool, fleet = ''] = value.split(' ')
  if ((tool !== 'nftables' && tool !== 'ufw') || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(fleet)) return []
  return [{ tool, fleet }]
}

const unhexed = (value: string): string =>
  value.replace(/ (\w*)$/, (_, hex) => ` ${Buffer.from(hex, 'hex').toString('utf8')}`)

function envFileOf(value: string): SurveyedEnvFile {
  const [path = '', state, ...counts] = value.split(' ')
  return { path: decoded(path), state: state === 'read' || state === 'missing' ? state : 'unreadable', counts }
}

/** Directives follow the line of their block, which follows the line of its file. */
function upstreamsOf(lines: readonly Line[]): readonly SurveyedUpstream[] {
  const found: { name: string; file: string; directives: string[] }[] = []
  let file = ''
  for (const { key, value } of lines) {
    if (key === 'upstream_file_base64') file = decoded(value)
    else if (key === 'upstream_base64') found.push({ name: unquoted(decoded(value)), file, directives: [] })
    else if (key === 'directive_base64') found.at(-1)?.directives.push(decoded(value))
  }
  return found.map(({ name, file: path, directives }) => ({
    name,
    file: path,
    text: [`upstream ${name} {`, ...directives.map(directive => `    ${directive};`), '}', ''].join('\n'),
  }))
}

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/, '$2')

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
