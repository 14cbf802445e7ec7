import type { Machine } from '../fleet/fleet'
import {
  type Connection,
  type HttpRequest,
  type HttpResponse,
  RemoteError,
  type RemotePhase,
  type RunningScript,
  type RunOptions,
  type ScriptResult,
} from './connection'
import { getOverChannel, openChannel } from './http-request'
import { Limit } from './limit'
import { LineQueue } from './line-queue'
import type { OpenConnection } from './open-connection'
import { findPrivilege, type Privilege, unprivileged } from './privilege'
import { quoteArgument } from './quote'
import { startCommand } from './script-channel'
import { type ScriptName, scriptText } from './scripts'
import { limitWork, type WorkLimit } from './work-limit'

/** sshd lets ten sessions share a connection (sshd_config(5), MaxSessions); the rest of ours wait. */
const channelsAtOnce = 8

/** Milliseconds for a script that its caller gives no other time. */
const scriptTimeout = 60_000

/** Linux takes no argument of 128 KiB or more (execve(2), MAX_ARG_STRLEN), and sshd gives the whole command line as one. */
const longestCommand = 120_000

/** After this, in milliseconds, a connection whose other side does not close it is cut. */
const closeTimeout = 1_000

export interface SshConnectionOptions {
  readonly idleMilliseconds: number
  /** Asks for sudo's password: `again` if the last one was wrong. */
  readonly sudoPassword: (again: boolean) => Promise<string | undefined>
  /** Called once, when it must not be used for anything new any more. */
  readonly onEnd: () => void
}

/** A Connection over ssh2. */
export class SshConnection implements Connection {
  readonly machine: Machine
  readonly #opened: OpenConnection
  readonly #options: SshConnectionOptions
  readonly #channels = new Limit(channelsAtOnce)
  readonly #lost = new AbortController()
  readonly #closed: Promise<void>
  #working = 0
  #idle: NodeJS.Timeout | undefined
  #privilege: Promise<Privilege> | undefined

  constructor(machine: Machine, opened: OpenConnection, options: SshConnectionOptions) {
    this.machine = machine
    this.#opened = opened
    this.#options = options
    let cause: Error | undefined
    opened.client.on('error', error => {
      cause = error
    })
    this.#closed = new Promise(closed => {
      opened.client.once('close', () => {
        const why = cause ? ` (${/keepalive/i.test(cause.message) ? 'it no longer answers' : cause.message})` : ''
        this.#lost.abort(new RemoteError(machine.name, 'run', `The connection was lost${why}.`, { cause }))
        options.onEnd()
        closed()
      })
    })
    this.keep()
  }

  /** Begins to count idle time anew: somebody is about to use it. */
  keep(): void {
    clearTimeout(this.#idle)
    if (this.#working > 0) return
    this.#idle = setTimeout(() => void this.close(), this.#options.idleMilliseconds)
    this.#idle.unref()
  }

  async run(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<ScriptResult> {
    const running = await this.start(script, args, { timeoutMilliseconds: scriptTimeout, ...options })
    running.end()
    return running.result
  }

  async start(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<RunningScript> {
    const limit = limitWork(this.machine.name, script, this.#lost.signal, options)
    try {
      const privilege = await limit.race(this.#privilegeFor(options))
      const command = this.#commandOf(privilege, script, args)
      return await this.#begin(limit, done => this.#feed(command, privilege, script, options, limit, done))
    } catch (error) {
      limit.dispose()
      throw error
    }
  }

  get({ endpoint, path, timeoutMilliseconds, signal }: HttpRequest): Promise<HttpResponse> {
    const limits = { timeoutMilliseconds, ...(signal ? { signal } : {}) }
    return this.#work('http', `GET ${path}`, limits, async stopped => {
      const channel = await openChannel(this.#opened.client, endpoint)
      try {
        return await getOverChannel(channel, path, stopped)
      } finally {
        channel.destroy()
      }
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    this.#options.onEnd()
    this.#opened.client.end()
    const cut = setTimeout(() => this.#opened.client.destroy(), closeTimeout)
    await this.#closed
    clearTimeout(cut)
  }

  #commandOf({ prefix }: Privilege, script: ScriptName, args: readonly string[]): string {
    try {
      const command = [`${prefix}sh -s --`, ...args.map(quoteArgument)].join(' ')
      const length = Buffer.byteLength(command)
      if (length <= longestCommand) return command
      throw new RangeError(`what it is given is ${length} bytes long, and a command line holds ${longestCommand}`)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw this.#error('run', `${script} cannot be run: ${error.message}.`, {
        cause: error,
        remedy: 'Look at the names in fleet.yaml; keep a large upstream block in a file of its own.',
      })
    }
  }

  async #feed(
    command: string,
    privilege: Privilege,
    script: ScriptName,
    options: RunOptions,
    limit: WorkLimit,
    done: () => void,
  ): Promise<RunningScript> {
    const lines = new LineQueue()
    const starting = startCommand(this.#opened.client, command, (line, from) => {
      options.onLine?.(line)
      if (from === 'stdout') lines.push(line)
    })
    // A channel that comes when nobody waits for it any more is closed.
    limit.signal.addEventListener('abort', () =>
      starting.then(
        ({ channel }) => channel.destroy(),
        () => {},
      ),
    )
    const { channel, result } = await limit.race(starting).catch((error: unknown) => {
      throw this.#wrapped('channel', `${script} could not be started`, error)
    })
    channel.write(privilege.input + scriptText(script))
    const ended = limit
      .race(result)
      .catch((error: unknown) => {
        throw this.#wrapped('run', `${script} was cut off`, error)
      })
      .finally(() => {
        lines.end()
        done()
      })
    ended.catch(() => {})
    return {
      lines,
      write: text => void (channel.writable && channel.write(text)),
      end: () => void channel.end(),
      result: ended,
    }
  }

  /** Work that is over when its promise is. `phase` and `what` are for the error, should it fail. */
  async #work<Result>(
    phase: RemotePhase,
    what: string,
    options: Pick<RunOptions, 'signal' | 'timeoutMilliseconds'>,
    work: (stopped: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const limit = limitWork(this.machine.name, what, this.#lost.signal, options)
    return this.#begin(limit, async done => {
      try {
        return await limit.race(work(limit.signal))
      } catch (error) {
        throw this.#wrapped(phase, what, error)
      } finally {
        done()
      }
    })
  }

  /** Waits for a free channel, and counts the work until `done` is called, or `work` fails to begin. */
  async #begin<Result>(limit: WorkLimit, work: (done: () => void) => Promise<Result>): Promise<Result> {
    this.#working++
    const entering = this.#channels.enter()
    const done = () => {
      limit.dispose()
      void entering.then(leave => leave())
      this.#working--
      this.keep()
    }
    let over = false
    const once = () => {
      if (!over) done()
      over = true
    }
    try {
      await limit.race(entering)
      return await work(once)
    } catch (error) {
      once()
      throw error
    }
  }

  #privilegeFor({ privileged }: RunOptions): Promise<Privilege> {
    if (!privileged) return Promise.resolve(unprivileged)
    this.#privilege ??= findPrivilege({
      machine: this.machine.name,
      user: this.#opened.settings.user,
      password: this.#options.sudoPassword,
      attempt: (command, input) => this.#attempt(command, input),
    })
    // What failed may be tried again: sudoers may have been mended.
    this.#privilege.catch(() => {
      this.#privilege = undefined
    })
    return this.#privilege
  }

  #attempt(command: string, input: string): Promise<ScriptResult> {
    return this.#work('sudo', 'sudo', { timeoutMilliseconds: scriptTimeout }, async () => {
      const { channel, result } = await startCommand(this.#opened.client, command)
      channel.end(input)
      return result
    })
  }

  #wrapped(phase: RemotePhase, what: string, error: unknown): RemoteError {
    if (error instanceof RemoteError) return error
    return this.#error(phase, `${what}: ${error instanceof Error ? error.message : String(error)}.`, { cause: error })
  }

  #error(phase: RemotePhase, message: string, options: { remedy?: string; cause?: unknown }): RemoteError {
    return new RemoteError(this.machine.name, phase, message, options)
  }
}
