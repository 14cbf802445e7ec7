import { t } from '@vscode/l10n'
import type { Machine } from '../../fleet/fleet'
import { lateError, type OpeningPhase, phaseLimits } from '../connect-error'
import { RemoteError } from '../connection'
import type { MachineSettings } from '../machine-settings'
import { TimeLimit } from '../time-limit'
import { identityFilesOf } from './identity-files'
import type { OpenOpensshOptions } from './open-openssh'
import { opensshError } from './openssh-error'
import type { KeptPasswords } from './secrets'
import { type ChannelEvent, SshLog } from './ssh-log'
import { inEnglish, type SshProcess, startSsh } from './start-ssh'

export interface OpeningWishes {
  /** A sign other than its log that the connection is open: versions of ssh may word the log differently. */
  readonly isOpen?: () => boolean
  /** Where passwords that it asks for are kept for later connections. */
  readonly passwords?: KeptPasswords
}

/** An ssh with an open connection. */
export interface OpenSsh extends SshProcess {
  readonly log: SshLog
  /** Called with every channel that is led on, and once it is closed. */
  onChannel: (event: ChannelEvent) => void
}

const unanswered = Promise.resolve(undefined)

/** In milliseconds. */
const lookInterval = 100

/**
 * Starts an ssh with these arguments, and resolves once its connection is verified and authenticated. Time spent on questions to the
 * operator does not count. Throws RemoteError, or HostKeyNotVerified.
 */
export async function openSsh(
  machine: Machine,
  settings: MachineSettings,
  { prompts, openssh, environment, signal }: OpenOpensshOptions,
  args: readonly string[],
  { isOpen = () => false, passwords }: OpeningWishes = {},
): Promise<OpenSsh> {
  const askpass = await openssh.askpass()
  return new Promise((done, fail) => {
    const log = new SshLog()
    let phase: OpeningPhase = 'connect'
    let settled = false
    const limit = new TimeLimit<OpeningPhase>((late, milliseconds) =>
      end(lateError(machine, settings, late, milliseconds / 1000)),
    )
    const secrets = openssh.secrets.of({
      machine: machine.name,
      // It may have waited for somebody else's answer, and have ended meanwhile.
      prompts: { secret: question => (settled ? unanswered : limit.pausedFor(() => prompts.secret(question))) },
      identityFiles: identityFilesOf(settings),
      log: () => log,
      giveUp: () => ssh.kill(),
      ...(passwords ? { passwords } : {}),
    })
    const asking = askpass?.for(prompt => limit.pausedFor(() => secrets.answer(prompt)), environment)
    const ssh = startSsh(args, {
      environment: { ...inEnglish(environment), ...asking?.environment },
      watched: openssh.abilities.sharesConnections,
      onLine(line) {
        const event = log.take(line)
        if (event) open.onChannel(event)
        look()
      },
    })
    const open: OpenSsh = { ...ssh, log, onChannel: () => {} }
    const looking = setInterval(() => isOpen() && succeed(), lookInterval)

    function enter(next: OpeningPhase): void {
      phase = next
      const wished = next === 'connect' && settings.connectTimeout ? settings.connectTimeout * 1000 : undefined
      limit.begin(next, wished ?? phaseLimits[next])
    }
    function look(): void {
      if (settled) return
      if (log.phase === 'open') succeed()
      else if (log.phase !== phase) enter(log.phase)
    }
    function settle(): void {
      settled = true
      limit.end()
      clearInterval(looking)
      signal.removeEventListener('abort', onAbort)
      asking?.end()
      secrets.end(log)
    }
    function succeed(): void {
      secrets.accept(log)
      settle()
      done(open)
    }
    function end(error: Error): void {
      settle()
      ssh.kill()
      fail(error)
    }
    function onAbort(): void {
      end(new RemoteError(machine.name, 'connect', t('The session has ended.')))
    }

    enter('connect')
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return onAbort()
    void ssh.ended.then(() => {
      if (settled) return
      if (!asking) log.couldNotAsk()
      else if (secrets.declined()) log.declined()
      end(opensshError(machine, settings, log))
    })
  })
}
