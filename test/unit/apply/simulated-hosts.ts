import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Fleet, Server, Worker } from '../../../src/fleet/fleet'
import {
  type Connection,
  type Connections,
  RemoteError,
  type RunningScript,
  type RunOptions,
  type ScriptResult,
} from '../../../src/remote/connection'
import type { ScriptName } from '../../../src/remote/scripts'

const said = (exitCode: number, stdout = '', stderr = ''): ScriptResult => ({ exitCode, stdout, stderr })
const sumOf = (text: string | undefined) => (text === undefined ? '-' : createHash('sha256').update(text).digest('hex'))

/** A worker of a simulated host. */
export interface SimulatedWorker {
  pid: number
  calls: number
  /** Whether it answers after its next restart. */
  comesUp: boolean
  running: boolean
  /** systemd is ending its process, which still answers. */
  stopping: boolean
}

/** Hosts in this process that keep to the scripts' contract (src/remote/scripts/README.md), and write down what was changed. */
export class SimulatedHosts implements Connections {
  /** nginx's file on the load balancer. */
  file: string | undefined
  readonly workers = new Map<string, SimulatedWorker>()
  /** What was changed, in order, such as `restart core-1/2`. */
  readonly changes: string[] = []
  /** The token of the run that has the lock, by machine. */
  readonly locks = new Map<string, string>()
  /** How each lock was given back: `done`, or `gone` for the guardian to restore. */
  readonly ends: string[] = []
  /** The machine that a name leads to, where it is another's too. */
  readonly sameAs = new Map<string, string>()
  /** Somebody else, who has the lock of a machine. */
  holders: Readonly<Record<string, string>> = {}
  /** Whether nginx has yet to load what its guardian has put back. */
  unloaded = false
  /** Machines that say nothing any more to what they are asked, until whoever asks gives up. */
  readonly silent = new Set<string>()
  /** Says how a script fails, if it does. */
  fails: (machine: string, script: ScriptName, args: readonly string[]) => ScriptResult | RemoteError | undefined =
    () => undefined
  /** Called before each script, for a test to step in. */
  before: (machine: string, script: ScriptName, args: readonly string[]) => void | Promise<void> = () => {}
  /** Called before each question for a worker's health. */
  asked: () => void = () => {}
  readonly #breaks = new Map<string, (error: Error) => void>()

  constructor(fleet: Fleet, file: string) {
    this.file = file
    for (const [index, worker] of fleet.servers.flatMap(server => server.workers).entries())
      this.workers.set(keyOf(worker), { pid: 100 + index, calls: 0, comesUp: true, running: true, stopping: false })
  }

  worker(server: string, id: number): SimulatedWorker {
    const found = this.workers.get(`${server}/${id}`)
    if (!found) throw new Error(`no worker ${id} of ${server}`)
    return found
  }

  /** Cuts a machine's lock off, as a broken connection does. */
  breakLock(machine: string): void {
    this.locks.delete(machine)
    this.#breaks.get(machine)?.(new RemoteError(machine, 'run', 'The connection was lost.'))
  }

  async to(machine: { readonly name: string; readonly workers?: readonly Worker[] }): Promise<Connection> {
    const name = machine.name
    return {
      machine: machine as Server,
      run: (script, args, options) => this.#run(name, script, args, options),
      start: async (script, args) => {
        await this.before(name, script, args)
        return this.#lock(name, script, args)
      },
      pipe: async script => {
        throw new Error(`the simulated hosts have no ${script}`)
      },
      get: async ({ endpoint, signal }) => {
        this.asked()
        await this.#answering(name, signal)
        const worker = (machine.workers ?? []).find(
          candidate =>
            candidate.endpoint.kind === 'port' && endpoint.kind === 'port' && candidate.endpoint.port === endpoint.port,
        )
        const state = worker && this.workers.get(keyOf(worker))
        if (!worker || !state?.running) throw new RemoteError(name, 'http', 'connect ECONNREFUSED')
        const port = endpoint.kind === 'port' ? endpoint.port : 0
        const body = {
          status: 'ok',
          worker_calls: state.calls,
          worker_max: 5,
          worker_port: port,
          worker_pid: state.pid,
          workers: 4,
          total_capacity: 20,
          total_available: 20,
        }
        return { status: 200, body: JSON.stringify(body) }
      },
    }
  }

  async dispose(): Promise<void> {
    for (const [machine, fail] of this.#breaks) fail(new RemoteError(machine, 'run', 'The session has ended.'))
  }

  async #answering(machine: string, signal: AbortSignal | undefined): Promise<void> {
    if (!this.silent.has(machine)) return
    await new Promise((_, fail) => {
      const giveUp = () => fail(new RemoteError(machine, 'run', 'It was cancelled.'))
      signal?.addEventListener('abort', giveUp)
      if (signal?.aborted) giveUp()
    })
  }

  async #run(
    machine: string,
    script: ScriptName,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<ScriptResult> {
    await this.before(machine, script, args)
    await this.#answering(machine, options.signal)
    if (options.signal?.aborted) throw new RemoteError(machine, 'run', 'Cancelled.')
    const failure = this.fails(machine, script, args)
    if (failure instanceof RemoteError) throw failure
    const result = failure ?? this.#answer(machine, script, args)
    for (const line of `${result.stdout}${result.stderr}`.split('\n').filter(Boolean)) options.onLine?.(line)
    return result
  }

  #answer(machine: string, script: ScriptName, args: readonly string[]): ScriptResult {
    if (script === 'journal') return said(0, `journal of ${args[0]}\n`)
    if (script === 'probe') return said(0, this.#probe(machine, args[7]))
    const [, token, ...rest] = args
    if (this.locks.get(machine) !== token) return said(75, '', "The lock is no longer this run's.\n")
    if (script === 'reload') return this.#changed('reload')
    if (script === 'note-rollout') return this.#changed(`note ${machine} ${rest.join(' ')}`)
    if (script === 'set-variable') return this.#changed(`set ${rest[1]}=${rest[2]}`)
    if (script === 'write-upstream') return this.#write(rest)
    return this.#unit(machine, rest)
  }

  #changed(what: string, values = ''): ScriptResult {
    this.changes.push(what)
    return said(0, `result=done\n${values}`)
  }

  #write([, expected, mode, content = '']: readonly string[]): ScriptResult {
    const text = gunzipSync(Buffer.from(content, 'base64')).toString('utf8')
    if (text !== this.file && sumOf(this.file) !== expected)
      return said(77, '', 'The file has changed since it was looked at.\n')
    this.file = text
    const down = Array.from(text.matchAll(/server (\S+) down;/g), match => match[1])
    return this.#changed(`${mode} [${down.join(' ')}]`, `sha256=${sumOf(text)}\n`)
  }

  #unit(machine: string, [action, unit = '']: readonly string[]): ScriptResult {
    const id = Number(/@(\d+)/.exec(unit)?.[1])
    const worker = this.worker(machine, id)
    const old = worker.pid
    worker.pid += 1000
    worker.running = worker.comesUp
    return this.#changed(`${action} ${machine}/${id}`, `before_pid=${old}\npid=${worker.pid}\n`)
  }

  #probe(machine: string, file: string | undefined): string {
    const token = this.locks.get(machine)
    const lock = token === undefined ? '' : `lock=${token} ${Buffer.from('alice').toString('base64')} reload 1\n`
    const nginx = `${lock}${this.unloaded ? 'nginx_unloaded=yes\n' : ''}nginx=active\nupstream_base64=${Buffer.from(this.file ?? '').toString('base64')}\n`
    return `cores=4\nload1=0\nmemory=1\n${this.#units(machine)}${file === undefined ? '' : nginx}`
  }

  #units(machine: string): string {
    const own = [...this.workers].filter(([key]) => key.startsWith(`${machine}/`))
    return own
      .map(
        ([key, { running, stopping, pid }]) =>
          `unit=${key.split('/')[1]} loaded ${stopping ? 'deactivating stop' : running ? 'active running' : 'failed failed'} enabled 0 ${running ? pid : 0} 1\n`,
      )
      .join('')
  }

  #lock(machine: string, script: ScriptName, [, token = '', owner, operation]: readonly string[]): RunningScript {
    if (script !== 'lock') throw new Error(`${script} does not go on running`)
    const other = this.holders[machine]
    if (other !== undefined) {
      const holder = Buffer.from(other).toString('base64')
      return {
        lines: lines(`busy other ${holder} reload 1700000000`),
        write() {},
        end() {},
        result: Promise.resolve(said(76)),
      }
    }
    const own = this.locks.get(this.sameAs.get(machine) ?? machine)
    if (own !== undefined)
      return {
        lines: lines(`busy ${own} ${owner} ${operation} 1700000000`),
        write() {},
        end() {},
        result: Promise.resolve(said(76)),
      }
    let end: (result: ScriptResult) => void = () => {}
    const result = new Promise<ScriptResult>((done, fail) => {
      end = done
      this.#breaks.set(machine, fail)
    })
    this.locks.set(machine, token)
    const give = (how: string, last: ScriptResult) => {
      if (this.silent.has(machine) || !this.locks.delete(machine)) return
      this.ends.push(`${machine} ${how}`)
      end(last)
    }
    this.changes.push(`lock ${machine} for ${Buffer.from(owner ?? '', 'base64')} ${operation}`)
    return {
      lines: lines('locked'),
      write: text => text === 'done\n' && give('done', said(0)),
      end: () => give('gone', said(75)),
      result,
    }
  }
}

async function* lines(...all: string[]): AsyncGenerator<string> {
  yield* all
}

const keyOf = ({ server, id }: Pick<Worker, 'server' | 'id'>) => `${server}/${id}`
