import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { t } from '@vscode/l10n'
import { diedOfSignal, type Link, type RemoteCommand } from '../link'
import type { MachineSettings } from '../machine-settings'
import { sharedHost, sharingArguments } from './arguments'
import { MasterChannels } from './master-channels'
import { noSession } from './no-session'
import type { OpenOpensshOptions } from './open-openssh'
import { lostError } from './openssh-error'
import { proxyCommand } from './proxy-command'
import { remoteCommandOf } from './remote-command'
import type { Master } from './start-master'
import { dropUnreadOutput, inEnglish, inSessionOfItsOwn, ownExitCode } from './start-ssh'

/** A master that has not ended after this many milliseconds is killed. */
const closeTimeout = 1_000

/** Milliseconds in which the end of a master that no longer answers is noticed. */
const endTimeout = 1_000

/** A Link over the shared connection of a master (the system's ssh). */
export function masterLink(
  settings: MachineSettings,
  master: Master,
  { openssh, environment }: Pick<OpenOpensshOptions, 'openssh' | 'environment'>,
): Link {
  const share = sharingArguments(master.controlPath)
  const env = inEnglish(environment)
  /** Runs an ssh that sends a control command to the master. */
  const tell = (...args: readonly string[]) =>
    new Promise<void>((done, fail) =>
      execFile('ssh', [...share, ...args, sharedHost], { env }, (error, _, stderr) =>
        error ? fail(new Error(stderr.trim().split('\n').at(-1) || error.message, { cause: error })) : done(),
      ),
    )

  /** A master that does not answer any more has ended, or is about to: that is told as the loss of the connection, by `closed`. */
  const afterItsEnd = async (error: Error): Promise<never> => {
    await Promise.race([master.ended, sleep(endTimeout, undefined, { ref: false })])
    throw error
  }

  async function exec(command: string): Promise<RemoteCommand> {
    const child = spawn('ssh', [...share, '-T', '--', sharedHost, command], { env, ...inSessionOfItsOwn })
    dropUnreadOutput(child)
    await once(child, 'spawn')
    return remoteCommandOf(
      child,
      exitOf(child, () => tell('-O', 'check').catch(afterItsEnd)),
    )
  }

  const channels = new MasterChannels(async target => {
    const path = await openssh.newPath()
    await tell('-O', 'forward', '-L', `${path}:${target}`)
    return path
  })
  master.onChannel = event => channels.heed(event)

  const closed = master.ended.then(() => lostError(master.log))
  return {
    settings,
    proxyCommand: proxyCommand([...share, '--', sharedHost]),
    lastForwardFailure: () => channels.lastFailure,
    closed,
    exec,
    forward: destination => channels.open(destination),
    async close() {
      // A signal alone may be lost on an ssh that is about to wait: it then heeds it with its next keep-alive, seconds later.
      void tell('-O', 'exit').then(master.end, master.end)
      const cut = setTimeout(() => master.kill(), closeTimeout)
      await closed
      clearTimeout(cut)
    },
  }
}

function exitOf(child: ChildProcessWithoutNullStreams, checkMaster: () => Promise<void>): Promise<number> {
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString('latin1')).slice(-2000)
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', async (code, signal) => {
      if (code !== null && code !== ownExitCode) return done(code)
      const refused = /session request failed: (.+)|mux_client_\w+: (.+)/.exec(said)
      try {
        if (signal !== null) throw new Error(t('ssh was ended with {0}', signal))
        await checkMaster()
        if (refused) fail(noSession(refused[1] ?? refused[2] ?? ''))
        else done(diedOfSignal)
      } catch (error) {
        fail(new Error(t('the connection ended before the command did'), { cause: error }))
      }
    })
  })
}
