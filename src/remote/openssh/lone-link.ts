import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { RemoteError } from '../connection'
import { forwardFailure } from '../forward-failure'
import type { Limit } from '../limit'
import type { Destination, Link, RemoteCommand } from '../link'
import type { MachineSettings } from '../machine-settings'
import { scriptCommand } from '../script-command'
import { pipeCommand } from '../script-pipe'
import { scriptText } from '../scripts'
import { type ConnectWishes, loneArguments, loneProxyCommand } from './arguments'
import { diedOfSignal, noSession } from './command-end'
import { ForwardedChannel } from './forwarded-channel'
import { identityFilesOf } from './identity-files'
import { readLog, untilLog } from './log-file'
import type { OpenOpensshOptions } from './open-openssh'
import { openSsh } from './open-ssh'
import { HostKeyNotVerified, lostError, opensshError } from './openssh-error'
import { remoteCommandOf } from './remote-command'
import type { KeptPasswords } from './secrets'
import type { SshLog } from './ssh-log'
import { inEnglish, inSessionOfItsOwn, killSession } from './start-ssh'

/** An ssh that has not ended after this many milliseconds is killed. */
const closeTimeout = 1_000

/**
 * A Link for an ssh that shares no connection: each command and each channel is an ssh of its own, which connects, verifies and logs in
 * by itself. The first one only shows that this can be done. `logins` are the places of those that are not logged in yet.
 * Throws RemoteError, or HostKeyNotVerified.
 */
export async function loneLink(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOpensshOptions,
  wishes: ConnectWishes,
  logins: Limit,
): Promise<Link> {
  const { openssh, environment, prompts } = options
  const passwords: KeptPasswords = new Map()
  const args = loneArguments(machine, settings, wishes)
  const first = await logins.run(() => openSsh(machine, settings, options, [...args, 'true'], { passwords }))
  first.kill()
  const running = new Set<LoneSsh>([{ ended: first.ended, end: first.end, kill: first.kill }])
  let isClosed = false
  let close = () => {}
  const closed = new Promise<undefined>(done => {
    close = () => done(undefined)
  })

  /** The machine's own places are for what comes directly; through a jump host, that one's are the few. */
  const hasPassed = ({ phase, isGreeted }: SshLog) =>
    phase === 'open' || (wishes.proxyCommand !== undefined && isGreeted)

  /** Starts one, whose progress goes to a log. Its standard error carries only that of the command. */
  async function start(words: readonly string[]) {
    const logFile = await openssh.newPath()
    const askpass = await openssh.askpass()
    const leave = await logins.enter()
    if (isClosed) {
      leave()
      throw new Error(t('the connection is closed'))
    }
    const secrets = openssh.secrets.of({
      machine: machine.name,
      identityFiles: identityFilesOf(settings),
      log: () => readLog(logFile),
      prompts,
      giveUp: () => killSession(child),
      passwords,
    })
    // Whether it was right is known only when this one has ended, which may take as long as its command.
    const answer = (prompt: string) => secrets.answer(prompt).finally(() => secrets.end())
    const asking = askpass?.for(answer, environment)
    const child = spawn('ssh', ['-E', logFile, ...words], {
      ...inSessionOfItsOwn,
      env: { ...inEnglish(environment), ...asking?.environment },
    })
    const log = once(child, 'close').then(async () => {
      asking?.end()
      const log = await readLog(logFile)
      await rm(logFile, { force: true })
      if (secrets.declined()) log.declined()
      if (log.phase === 'open') secrets.accept(log)
      else secrets.end(log)
      return log
    })
    const ssh: LoneSsh = {
      ended: log.then(
        () => {},
        () => {},
      ),
      end: () => void child.kill(),
      kill: () => killSession(child),
    }
    running.add(ssh)
    void ssh.ended.then(() => running.delete(ssh))
    void untilLog(logFile, hasPassed, ssh.ended).then(leave)
    await once(child, 'spawn')
    return { child, log }
  }

  /** Why it did not connect, if it did not. */
  function failure(log: SshLog): Error | undefined {
    if (log.phase === 'open') return undefined
    const error = opensshError(machine, settings, log)
    return error instanceof HostKeyNotVerified
      ? new RemoteError(machine.name, 'host-key', t('ssh no longer accepts the host key: {0}', error.message), {
          cause: error,
          remedy: t('Try again to check the key afresh.'),
        })
      : error
  }

  function lost(log: SshLog): RemoteError {
    const cause = lostError(log)
    const why = cause ? t('The connection was lost ({0}).', cause.message) : t('The connection was lost.')
    return new RemoteError(machine.name, 'run', why, { cause })
  }

  async function exec(command: string): Promise<RemoteCommand> {
    const { child, log } = await start([...args, command])
    const exit = log.then(said => {
      const end = said.commandEnd()
      if (end === 'exit-signal') return diedOfSignal
      if (end === 'exit-status') return child.exitCode ?? diedOfSignal
      const refused = said.openFailure()
      throw failure(said) ?? (refused === undefined ? lost(said) : noSession(refused))
    })
    return remoteCommandOf(child, exit)
  }

  async function forward(destination: Destination): Promise<Duplex> {
    if (destination.kind === 'socket') return forwardToSocket(destination)
    const { child, log } = await start(['-W', `[${destination.host ?? '127.0.0.1'}]:${destination.port}`, ...args])
    child.stderr.resume()
    const channel = new ForwardedChannel(child.stdout, child.stdin, async () => {
      const said = await log
      const refused = said.openFailure()
      return failure(said) ?? (refused === undefined ? undefined : new Error(forwardFailure(destination, refused)))
    })
    channel.once('close', () => child.kill())
    return channel
  }

  /** Before OpenSSH 9.4, `-W` forwards to ports only: a script connects to the socket instead. */
  async function forwardToSocket(destination: Destination & { readonly kind: 'socket' }): Promise<Duplex> {
    const ended = new AbortController()
    const words = scriptCommand(machine.name, { prefix: '' }, 'connect-socket', [destination.path])
    const { input, output, result } = await pipeCommand({ exec }, words, {
      script: scriptText('connect-socket'),
      onLine: () => {},
      signal: ended.signal,
    })
    const channel = new ForwardedChannel(output, input, async () => {
      const { exitCode, stderr } = await result
      return exitCode === 0 ? undefined : new Error(forwardFailure(destination, stderr.trim()))
    })
    channel.once('close', () => ended.abort(new Error(t('it is no longer wanted'))))
    return channel
  }

  return {
    settings,
    logins,
    proxyCommand: loneProxyCommand(machine, settings, wishes),
    closed,
    exec,
    forward,
    async close() {
      isClosed = true
      for (const ssh of running) ssh.end()
      const cut = setTimeout(() => {
        for (const ssh of running) ssh.kill()
      }, closeTimeout)
      await Promise.all([...running].map(({ ended }) => ended))
      clearTimeout(cut)
      close()
    },
  }
}

interface LoneSsh {
  readonly ended: Promise<void>
  end(): void
  kill(): void
}
