import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import {
  type Connection,
  type HttpRequest,
  type HttpResponse,
  type PipedScript,
  RemoteError,
  type RemotePhase,
  type RunningScript,
  type RunOptions,
  type ScriptResult,
} from './connection'
import { getOverChannel } from './http-request'
import { Limit } from './limit'
import { LineQueue } from './line-queue'
import type { Link } from './link'
import { findPrivilege, type Privilege, unprivileged } from './privilege'
import { startCommand } from './script-channel'
import { scriptCommand } from './script-command'
import { pipeCommand } from './script-pipe'
import { type ScriptName, scriptText } from './scripts'
import type { SudoPassword } from './sudo-passwords'
import { limitWork, type WorkLimit } from './work-limit'

/** sshd allows ten sessions per connection (sshd_config(5), MaxSessions); further work waits. */
const channelsAtOnce = 8

/** The default time limit of a script, in milliseconds. */
const scriptTimeout = 60_000

export interface SshConnectionOptions {
  readonly idleMilliseconds: number
  readonly sudoPassword: SudoPassword
  /** Called once, when no new work may use it. */
  readonly onEnd: () => void
}

/** A Connection over a link made by either client. */
export class SshConnection implements Connection {
  readonly machine: Machine
  readonly #link: Link
  readonly #options: SshConnectionOptions
  readonly #channels = new Limit(channelsAtOnce)
  readonly #lost = new AbortController()
  #working = 0
  #idle: NodeJS.Timeout | undefined
  #privilege: Promise<Privilege> | undefined

  constructor(machine: Machine, link: Link, options: SshConnectionOptions) {
    this.machine = machine
    this.#link = link
    this.#options = options
    void link.closed.then(cause => {
      const why = cause ? t('The connection was lost ({0}).', cause.message) : t('The connection was lost.')
      this.#lost.abort(new RemoteError(machine.name, 'run', why, { cause }))
      options.onEnd()
    })
    this.keep()
  }

  /** Restarts the idle timer: a caller is about to use the connection. */
  keep(): void {
    clearTimeout(this.#idle)
    if (this.#working > 0) return
    this.#idle = setTimeout(() => void this.close(), this.#options.idleMilliseconds)
    this.#idle.unref()
  }

  async run(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<ScriptResult> {
    const lines = new LineQueue()
    lines.leave()
    const running = await this.#start(script, args, { timeoutMilliseconds: scriptTimeout, ...options }, lines)
    running.end()
    return running.result
  }

  start(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<RunningScript> {
    return this.#start(script, args, options, new LineQueue())
  }

  #start(script: ScriptName, args: readonly string[], options: RunOptions, lines: LineQueue): Promise<RunningScript> {
    return this.#launch(script, args, options, (words, privilege, limit, done) =>
      this.#feed(words, privilege, script, options, limit, done, lines),
    )
  }

  pipe(script: ScriptName, args: readonly string[], options: RunOptions = {}): Promise<PipedScript> {
    return this.#launch(script, args, options, (words, privilege, limit, done) =>
      this.#pipe(words, privilege, script, options, limit, done),
    )
  }

  get({ endpoint, path, timeoutMilliseconds, signal }: HttpRequest): Promise<HttpResponse> {
    const limits = { timeoutMilliseconds, ...(signal ? { signal } : {}) }
    return this.#work('http', `GET ${path}`, limits, async stopped => {
      const channel = await this.#link.forward(endpoint)
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
    await this.#link.close()
  }

  /** Starts a script that keeps running after the promise has resolved, until `done` is called. */
  async #launch<Started>(
    script: ScriptName,
    args: readonly string[],
    options: RunOptions,
    begin: (words: string, privilege: Privilege, limit: WorkLimit, done: () => void) => Promise<Started>,
  ): Promise<Started> {
    const limit = limitWork(this.machine.name, script, this.#lost.signal, options)
    try {
      const privilege = await limit.race(this.#privilegeFor(options))
      const words = scriptCommand(this.machine.name, privilege, script, args)
      return await this.#begin(limit, done => begin(words, privilege, limit, done))
    } catch (error) {
      limit.dispose()
      throw error
    }
  }

  async #feed(
    words: string,
    privilege: Privilege,
    script: ScriptName,
    options: RunOptions,
    limit: WorkLimit,
    done: () => void,
    lines: LineQueue,
  ): Promise<RunningScript> {
    const starting = startCommand(this.#link, words, (line, from) => {
      options.onLine?.(line)
      if (from === 'stdout') lines.push(line)
    })
    // A command that starts after its caller has stopped waiting is abandoned.
    limit.signal.addEventListener('abort', () =>
      starting.then(
        ({ command }) => command.destroy(),
        () => {},
      ),
    )
    const { command, result } = await this.#started(script, limit, starting)
    const { stdin } = command
    stdin.on('error', () => {})
    stdin.write(privilege.input + scriptText(script))
    return {
      lines,
      write: text => void (stdin.writable && stdin.write(text)),
      end: () => void stdin.end(),
      result: this.#ended(script, limit, result, () => {
        lines.end()
        done()
      }),
    }
  }

  async #pipe(
    words: string,
    privilege: Privilege,
    script: ScriptName,
    options: RunOptions,
    limit: WorkLimit,
    done: () => void,
  ): Promise<PipedScript> {
    const starting = pipeCommand(this.#link, words, {
      script: privilege.input + scriptText(script),
      onLine: line => options.onLine?.(line),
      signal: limit.signal,
    })
    const { input, output, result } = await this.#started(script, limit, starting)
    return { input, output, result: this.#ended(script, limit, result, done) }
  }

  /** Starts a script, and reports failures as this connection's errors. */
  #started<Started>(script: ScriptName, limit: WorkLimit, starting: Promise<Started>): Promise<Started> {
    return limit.race(starting).catch((error: unknown) => {
      throw this.#wrapped('channel', t('{0} could not be started', script), error)
    })
  }

  /** The result of a started script, with failures as this connection's errors; calls `done` when it has arrived. */
  #ended(script: ScriptName, limit: WorkLimit, result: Promise<ScriptResult>, done: () => void): Promise<ScriptResult> {
    const ended = limit
      .race(result)
      .catch((error: unknown) => {
        throw this.#wrapped('run', t('{0} was cut off', script), error)
      })
      .finally(done)
    ended.catch(() => {})
    return ended
  }

  /** Work that ends when its promise settles. `phase` and `what` describe it in errors. */
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

  /** Waits for a free channel, and counts the work as running until `done` is called, or `work` fails to start. */
  async #begin<Result>(limit: WorkLimit, work: (done: () => void) => Promise<Result>): Promise<Result> {
    this.#working++
    // A caller may hold the connection for long: starting work resets the idle timer.
    this.keep()
    const entering = this.#channels.enter()
    let isDone = false
    const done = () => {
      if (isDone) return
      isDone = true
      limit.dispose()
      void entering.then(leave => leave())
      this.#working--
      this.keep()
    }
    try {
      await limit.race(entering)
      return await work(done)
    } catch (error) {
      done()
      throw error
    }
  }

  #privilegeFor({ privileged }: RunOptions): Promise<Privilege> {
    if (!privileged) return Promise.resolve(unprivileged)
    this.#privilege ??= findPrivilege({
      machine: this.machine.name,
      user: this.#link.settings.user,
      password: this.#options.sudoPassword,
      attempt: (words, input) => this.#attempt(words, input),
    })
    // A failure may be retried: sudoers may have been fixed.
    this.#privilege.catch(() => {
      this.#privilege = undefined
    })
    return this.#privilege
  }

  #attempt(words: string, input: string): Promise<ScriptResult> {
    return this.#work('sudo', 'sudo', { timeoutMilliseconds: scriptTimeout }, async () => {
      const { command, result } = await startCommand(this.#link, words)
      command.stdin.on('error', () => {}).end(input)
      return result
    })
  }

  #wrapped(phase: RemotePhase, what: string, error: unknown): RemoteError {
    if (error instanceof RemoteError) return error
    return this.#error(phase, `${what}: ${messageOf(error)}.`, { cause: error })
  }

  #error(phase: RemotePhase, message: string, options: { remedy?: string; cause?: unknown }): RemoteError {
    return new RemoteError(this.machine.name, phase, message, options)
  }
}
