import { machineOf } from '../../../src/adopt/host-argument'
import { type Answer, parseSurvey, type SurveyedHost } from '../../../src/adopt/survey'
import type { Endpoint } from '../../../src/fleet/fleet'
import type { WorkerHealth } from '../../../src/fleet/observed'

/** A server as a test wants it to be. */
export interface HostWishes {
  readonly template?: string
  /** Instances that run and are enabled. */
  readonly ids?: readonly number[]
  /** Of those, the ones that do not run. */
  readonly stopped?: readonly number[]
  readonly endpoint?: (id: number) => Endpoint
  readonly directory?: string
  readonly envFile?: string
  readonly counts?: readonly string[]
  readonly addresses?: readonly string[]
  readonly hostname?: string
  readonly boot?: string
  /** By the file's path. */
  readonly nginx?: Readonly<Record<string, string>>
  readonly resolves?: readonly string[]
  readonly max?: number
  readonly health?: WorkerHealth
  /** More lines of the survey. */
  readonly lines?: readonly string[]
  readonly whyNotRoot?: string
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What the `survey` script would print there. */
export function surveyOutput(wishes: HostWishes): string {
  const { template = 'voxcore@', ids = [1, 2, 3, 4], stopped = [], hostname = 'host', boot = hostname } = wishes
  const { directory = '/opt/voxcore', envFile = '/opt/voxcore/.env', addresses = [], nginx, resolves = [] } = wishes
  const counts = wishes.counts ?? ['MAX_CONCURRENT_CALLS', 'VOXCORE_WORKERS']
  const running = ids.filter(id => !stopped.includes(id))
  const lines = [
    '# fleet-ops begins',
    `hostname=${hostname}`,
    `boot=${boot}`,
    `addresses=127.0.0.1 ::1 ${addresses.join(' ')} `,
    ...ids.flatMap(id => [
      `unit=${template}${id}.service`,
      `EnvironmentFiles=${envFile} (ignore_errors=yes)`,
      `WorkingDirectory=${directory}`,
      `ActiveState=${stopped.includes(id) ? 'inactive' : 'active'}`,
      'UnitFileState=enabled',
    ]),
    'sockets=listed',
    ...running.map(id => {
      const endpoint = endpointOf(wishes, id)
      const where = endpoint.kind === 'port' ? `port 0.0.0.0:${endpoint.port}` : `socket ${endpoint.path}`
      return `listens=${template}${id}.service ${where}`
    }),
    `env_file=${base64(envFile)} read ${counts.join(' ')}`,
    `nginx=${nginx ? 'active' : 'none'}`,
    ...Object.entries(nginx ?? {}).flatMap(([file, text]) => blockLines(file, text)),
    ...resolves.map(line => `resolves=${line}`),
    ...(wishes.lines ?? []),
  ]
  return `${lines.join('\n')}\n`
}

const endpointOf = ({ endpoint = id => ({ kind: 'port', port: 8000 + id }) }: HostWishes, id: number): Endpoint =>
  endpoint(id)

function blockLines(file: string, text: string): string[] {
  return [...text.matchAll(/upstream (\S+) \{([^}]*)\}/g)].flatMap(([, name = '', block = '']) => [
    `upstream_file_base64=${base64(file)}`,
    `upstream_base64=${base64(name)}`,
    ...block
      .split(';')
      .map(directive => directive.trim())
      .filter(Boolean)
      .map(directive => `directive_base64=${base64(directive)}`),
  ])
}

/** A host that was asked and answered. */
export function hostOf(given: string, wishes: HostWishes = {}): SurveyedHost {
  const { template = 'voxcore@', ids = [1, 2, 3, 4], stopped = [], max = 5 } = wishes
  const health = wishes.health ?? { kind: 'ok', status: 'ok', calls: 0, max }
  const answers: readonly Answer[] = ids
    .filter(id => !stopped.includes(id))
    .map(id => ({ template, id, endpoint: endpointOf(wishes, id), health }))
  const machine = machineOf(given)
  const survey = parseSurvey(surveyOutput({ hostname: machine.host, ...wishes }), wishes.whyNotRoot)
  return { given, machine, result: { reachable: true, survey, answers } }
}

/** A host that could not be asked. */
export const silentHost = (given: string, message: string): SurveyedHost => ({
  given,
  machine: machineOf(given),
  result: { reachable: false, message, remedy: `Try \`ssh ${given}\`.` },
})
