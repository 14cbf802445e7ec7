import type { Machine } from '../../fleet/fleet'
import type { MachineSettings } from '../machine-settings'
import { OpeningAttempt } from '../opening-attempt'
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
  const log = new SshLog()
  const attempt = new OpeningAttempt<OpenSsh>(machine, settings, signal, () => ssh.kill())
  const secrets = openssh.secrets.of({
    machine: machine.name,
    // It may have waited for somebody else's answer, and have ended meanwhile.
    prompts: {
      secret: question => (attempt.isOver ? unanswered : attempt.pausedFor(() => prompts.secret(question))),
    },
    identityFiles: identityFilesOf(settings),
    log: () => log,
    giveUp: () => ssh.kill(),
    ...(passwords ? { passwords } : {}),
  })
  const asking = askpass?.for(prompt => attempt.pausedFor(() => secrets.answer(prompt)), environment)
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

  function look(): void {
    if (attempt.isOver) return
    if (log.phase === 'open') succeed()
    else if (log.phase !== attempt.phase) attempt.enter(log.phase)
  }
  function succeed(): void {
    secrets.accept(log)
    attempt.succeed(open)
  }
  function onEnd(): void {
    if (attempt.isOver) return
    if (!asking) log.couldNotAsk()
    else if (secrets.declined()) log.declined()
    attempt.fail(opensshError(machine, settings, log))
  }

  try {
    return await attempt.begin(() => void ssh.ended.then(onEnd))
  } finally {
    clearInterval(looking)
    asking?.end()
    secrets.end(log)
  }
}
