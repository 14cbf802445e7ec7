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
import type { OpenConnection } from './open-connection'
import { quoteArgument } from './quote'
import { startCommand } from './script-channel'
import { type ScriptName, scriptText } from './scripts'

/** sshd lets ten sessions share a connection (sshd_config(5), MaxSessions); the rest of ours wait. */
const channelsAtOnce = 8

const defaultTimeout = 60_000

/** Linux takes no argument of 128 KiB or more (execve(2), MAX_ARG_STRLEN), and sshd gives the whole command line as one. */
const longestCommand = 120_000

export interface SshConnectionOptions {
  readonly idleMilliseconds: number
  /** Asks for sudo's password, once again if the last one was wrong. */
  readonly sudoPassword: (wrong: boolean) => Promise<string | undefined>
  readonly onClose: () => void
}

/** How a script is started: as whom, and what goes before it on standard input. */
interface Privilege {
  readonly prefix: string
  readonly input: string
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
    this.#closed = new Promise(closed => {
      opened.client.once('close', () => {
        this.#lost.abort(this.#error('run', 'The connection was lost.'))
        options.onClose()
        closed()
      })
    })
    this.#rest()
  }

  async run(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<ScriptResult> {
    const running = await this.start(script, args, options)
    running.end()
    return running.result
  }

  async start(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<RunningScript> {
    const privilege = options.privileged ? await this.#privileges() : { prefix: '', input: '' }
    return this.#start(privilege, script, args, options)
  }

  async get({ endpoint, path, timeoutMilliseconds, signal }: HttpRequest): Promise<HttpResponse> {
    return this.#work('http', { timeoutMilliseconds, ...(signal ? { signal } : {}) }, async stopped => {
      const channel = await openChannel(this.#opened.client, endpoint)
      try {
        return await getOverChannel(channel, { path, signal: stopped })
      } finally {
        channel.destroy()
      }
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    this.#opened.close()
    await this.#closed
  }

  async #start(
    privilege: Privilege,
    script: ScriptName,
    args: readonly string[],
    options: RunOptions,
  ): Promise<RunningScript> {
    const command = `${privilege.prefix}sh -s -- ${args.map(quoteArgument).join(' ')}`.trim()
    if (command.length > longestCommand) {
      throw this.#error(
        'run',
        `What ${script} is given is ${command.length} bytes long, and a command line holds ${longestCommand}.`,
        'Keep the upstream block in a smaller file of its own.',
      )
    }
    const leave = await this.#channels.enter()
    this.#working++
    const limits = this.#limits(options)
    const lines = new LineQueue()
    const finish = () => {
      leave()
      this.#working--
      limits.dispose()
      lines.end()
      this.#rest()
    }
    try {
      limits.signal.throwIfAborted()
      const running = await startCommand(this.#opened.client, command, (line, from) => {
        options.onLine?.(line)
        if (from === 'stdout') lines.push(line)
      })
      limits.signal.addEventListener('abort', () => running.channel.destroy(), { once: true })
      running.channel.write(privilege.input + scriptText(script))
      const result = running.result
        .catch((error: unknown) => {
          throw limits.signal.aborted
            ? limits.signal.reason
            : this.#error('run', `${script} was cut off.`, undefined, error)
        })
        .finally(finish)
      result.catch(() => {})
      return {
        lines,
        write: text => void running.channel.write(text),
        end: () => void running.channel.end(),
        result,
      }
    } catch (error) {
      finish()
      throw error instanceof RemoteError
        ? error
        : this.#error('channel', `${script} could not be started.`, undefined, error)
    }
  }

  /** Work that is over when its promise is. */
  async #work<Result>(
    phase: RemotePhase,
    options: Pick<RunOptions, 'signal' | 'timeoutMilliseconds'>,
    work: (stopped: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const leave = await this.#channels.enter()
    this.#working++
    const limits = this.#limits(options)
    try {
      limits.signal.throwIfAborted()
      return await Promise.race([work(limits.signal), limits.aborted])
    } catch (error) {
      if (limits.signal.aborted) throw limits.signal.reason
      throw error instanceof RemoteError
        ? error
        : this.#error(phase, error instanceof Error ? error.message : String(error), undefined, error)
    } finally {
      leave()
      this.#working--
      limits.dispose()
      this.#rest()
    }
  }

  /** One signal for all that ends work early: the caller, the time, the connection. Its reason is a RemoteError. */
  #limits({ signal, timeoutMilliseconds = defaultTimeout }: Pick<RunOptions, 'signal' | 'timeoutMilliseconds'>) {
    const limit = new AbortController()
    const stop = (message: string) => limit.abort(this.#error('run', message))
    const onCancel = () => stop('Cancelled.')
    const onLost = () => limit.abort(this.#lost.signal.reason)
    const timer = Number.isFinite(timeoutMilliseconds)
      ? setTimeout(() => stop(`No answer within ${timeoutMilliseconds / 1000} s.`), timeoutMilliseconds)
      : undefined
    if (signal?.aborted) onCancel()
    if (this.#lost.signal.aborted) onLost()
    signal?.addEventListener('abort', onCancel)
    this.#lost.signal.addEventListener('abort', onLost)
    const aborted = new Promise<never>((_, fail) =>
      limit.signal.addEventListener('abort', () => fail(limit.signal.reason), { once: true }),
    )
    aborted.catch(() => {})
    return {
      signal: limit.signal,
      aborted,
      dispose: () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onCancel)
        this.#lost.signal.removeEventListener('abort', onLost)
      },
    }
  }

  #privileges(): Promise<Privilege> {
    this.#privilege ??= this.#findPrivilege().catch((error: unknown) => {
      this.#privilege = undefined
      throw error
    })
    return this.#privilege
  }

  /** root needs no sudo; others use it without a password, or with the one that the operator is asked for (sudo(8), -n and -S). */
  async #findPrivilege(): Promise<Privilege> {
    if (this.#opened.settings.user === 'root') return { prefix: '', input: '' }
    const free: Privilege = { prefix: 'sudo -n ', input: '' }
    const first = await this.#try(free)
    if (first.exitCode === 0) return free
    for (const wrong of [false, true, true]) {
      if (!/password/i.test(first.stderr)) break
      const password = await this.#options.sudoPassword(wrong)
      if (password === undefined) break
      const asked: Privilege = { prefix: "sudo -S -p '' ", input: `${password}\n` }
      if ((await this.#try(asked)).exitCode === 0) return asked
    }
    const reason = first.stderr.trim().split('\n').at(-1) ?? ''
    throw this.#error(
      'sudo',
      `${this.#opened.settings.user} may not become root there. ${reason}`.trim(),
      'Allow it in /etc/sudoers.d (NOPASSWD, or a password that you are asked for), or set "user" under "ssh".',
    )
  }

  async #try({ prefix, input }: Privilege): Promise<ScriptResult> {
    return this.#work('sudo', {}, async () => {
      const { channel, result } = await startCommand(this.#opened.client, `${prefix}true`)
      channel.end(input)
      return result
    })
  }

  /** Starts to count idle time if nothing is at work. */
  #rest(): void {
    clearTimeout(this.#idle)
    if (this.#working > 0) return
    this.#idle = setTimeout(() => this.#working === 0 && this.#opened.close(), this.#options.idleMilliseconds)
    this.#idle.unref()
  }

  #error(phase: RemotePhase, message: string, remedy?: string, cause?: unknown): RemoteError {
    return new RemoteError(this.machine.name, phase, message, { ...(remedy === undefined ? {} : { remedy }), cause })
  }
}

/** Lines that arrive in their own time, for one reader. */
class LineQueue implements AsyncIterable<string> {
  readonly #lines: string[] = []
  #wake: (() => void) | undefined
  #ended = false

  push(line: string): void {
    this.#lines.push(line)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined) yield line
      else if (this.#ended) return
      else
        await new Promise<void>(wake => {
          this.#wake = wake
        })
    }
  }
}
