import { t } from '@vscode/l10n'
import { isAcrossNetwork } from '../fleet/across-network'
import type { Worker } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import { askAsNginx } from '../observe/ask-as-nginx'
import { type AskHealthOptions, askHealth } from '../observe/ask-health'
import { runProbe } from '../observe/run-probe'
import { type Connection, type Connections, RemoteError, type RunOptions } from '../remote/connection'
import type { MachineSettings } from '../remote/machine-settings'
import { resolveMachine } from '../remote/resolve'
import { scriptExit } from '../remote/scripts'
import { type Stage, stages } from './check'
import type { Evidence, Patient, ResolvedAs, Trouble } from './evidence'
import { type Examined, parseExamined } from './examined'

export interface ExamineOptions {
  /** For what `ssh -G` resolves; the process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

/** With workers in calls, health may take 3 to 6 s (DESIGN §12). */
const healthTimeout = 20_000
const scriptTimeout = 30_000

/**
 * Looks at one machine, without changing anything: yields what each stage has found so far. Nothing rejects; a stage that cannot
 * be reached leaves the evidence as it was.
 */
export function examine(
  patient: Patient,
  connections: Connections,
  options: ExamineOptions = {},
): Readonly<Record<Stage, Promise<Evidence>>> {
  const looks = new Looks(patient, connections, options)
  let before = Promise.resolve<Evidence>({})
  const brought = stages.map(stage => {
    before = before.then(async evidence => ({ ...evidence, ...(await looks[stage](evidence)) }))
    return [stage, before]
  })
  return Object.fromEntries(brought) as Record<Stage, Promise<Evidence>>
}

type Look = (before: Evidence) => Promise<Evidence>

/** The looks, one per stage; each answers what it adds to the evidence so far. */
class Looks implements Record<Stage, Look> {
  readonly #patient: Patient
  readonly #connections: Connections
  readonly #environment: NodeJS.ProcessEnv
  readonly #signal: { readonly signal?: AbortSignal }
  #connection: Connection | undefined

  constructor(patient: Patient, connections: Connections, { environment = process.env, signal }: ExamineOptions) {
    this.#patient = patient
    this.#connections = connections
    this.#environment = environment
    this.#signal = signal ? { signal } : {}
  }

  async resolve(): Promise<Evidence> {
    try {
      const { signal } = this.#signal
      return { resolved: resolvedAs(await resolveMachine(this.#patient.machine, this.#environment, signal)) }
    } catch (error) {
      return { unopened: troubleOf(error, 'resolve') }
    }
  }

  async open({ unopened }: Evidence): Promise<Evidence> {
    if (unopened) return {}
    try {
      this.#connection = await this.#connections.to(this.#patient.machine)
      return { connected: true }
    } catch (error) {
      return { unopened: openingTrouble(error) }
    }
  }

  async root({ connected }: Evidence): Promise<Evidence> {
    if (!connected) return {}
    try {
      return { root: true, examined: await this.#examined({ privileged: true }) }
    } catch (error) {
      if (error instanceof RemoteError && error.phase === 'sudo') return { root: troubleOf(error, 'sudo') }
      return { broken: troubleOf(error, 'run') }
    }
  }

  async probe({ connected, broken, examined }: Evidence): Promise<Evidence> {
    const connection = this.#connection
    if (!connected || broken || !connection) return {}
    const { fleet, server, balances } = this.#patient
    const ids = server?.workers.map(({ id }) => id) ?? []
    try {
      // Even a user who may not become root can be told about systemd.
      const [seen, probe] = await Promise.all([
        examined ?? this.#examined({}),
        runProbe(connection, fleet, { ids, loadBalancer: balances, ...this.#signal }),
      ])
      return { examined: seen, probe }
    } catch (error) {
      return { broken: troubleOf(error, 'run') }
    }
  }

  async health({ probe }: Evidence): Promise<Evidence> {
    const connection = this.#connection
    const { fleet, server } = this.#patient
    if (!probe || !connection || !server) return {}
    const running = server.workers.filter(({ id }) => probe.units.get(id)?.pid !== undefined)
    const options = { path: fleet.service.health, timeoutMilliseconds: healthTimeout, ...this.#signal }
    const reaching = this.#reached(running, options)
    try {
      const answers = await Promise.all(
        running.map(async worker => [worker.id, await askHealth(connection, worker, options)] as const),
      )
      return { health: new Map(answers), ...(await reaching) }
    } catch (error) {
      return { broken: troubleOf(error, 'http') }
    }
  }

  /** If nginx's machine cannot be asked, that is that machine's own trouble. */
  async #reached(workers: readonly Worker[], options: AskHealthOptions): Promise<Pick<Evidence, 'reached'>> {
    const { fleet } = this.#patient
    const asked = workers.filter(worker => isAcrossNetwork(fleet, worker))
    if (asked.length === 0) return {}
    try {
      const nginx = await this.#connections.to(fleet.loadBalancer.machine)
      const answers = asked.map(async worker => [worker.id, await askAsNginx(nginx, fleet, worker, options)] as const)
      return { reached: new Map(await Promise.all(answers)) }
    } catch {
      return {}
    }
  }

  async #examined(options: RunOptions): Promise<Examined> {
    const { fleet, balances, machine } = this.#patient
    const connection = this.#connection ?? (await this.#connections.to(machine))
    const { exitCode, stdout, stderr } = await connection.run(
      'examine',
      [fleet.service.unit, ...(balances ? ['nginx'] : [])],
      { ...options, ...this.#signal, timeoutMilliseconds: scriptTimeout },
    )
    const examined = exitCode === scriptExit.done ? parseExamined(stdout) : undefined
    if (examined) return examined
    const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)
    throw new RemoteError(
      machine.name,
      'run',
      t('it could not be checked: {0}', said || t('sh exited with {0}', exitCode)),
      {
        remedy: t('Log in by hand, and check what its login shell prints or runs first.'),
      },
    )
  }
}

function resolvedAs({ user, hostName, port, proxyJump, proxyCommand }: MachineSettings): ResolvedAs {
  const through = proxyJump ?? (proxyCommand === undefined ? undefined : t('its ProxyCommand'))
  return { user, hostName, port, ...(through === undefined ? {} : { through: t('through {0}', through) }) }
}

/** A failure at a jump host means that the machine itself was not reached, however far the jump host's connection got. */
function openingTrouble(error: unknown): Trouble {
  const trouble = troubleOf(error, 'connect')
  const atJumpHost = error instanceof RemoteError && error.cause instanceof RemoteError
  return atJumpHost ? { ...trouble, phase: 'connect' } : trouble
}

function troubleOf(error: unknown, phase: Trouble['phase']): Trouble {
  const message = messageOf(error).replace(/\.$/, '')
  if (!(error instanceof RemoteError)) return { phase, message }
  return { phase: error.phase, message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
}
