import type { ServerChannel } from 'ssh2'
import type { SimulatedServer } from './simulated-server'

const silenceMilliseconds = 30_000

/** As src/remote/scripts/README.md has them. */
const exitCode = { done: 0, lost: 75, busy: 76 }

/** Answers the `lock` script: holds the lock while the client is heard from, and puts the upstream back when it no longer is. */
export function holdLock(
  server: SimulatedServer,
  [, token = '', owner = '', operation = '']: readonly string[],
  channel: ServerChannel,
  rest: string,
): void {
  const { lock } = server
  let silence: NodeJS.Timeout | undefined
  let ended = false
  /** Ends the script once, with the lock free again if it was this run's. */
  const end = (code: number, said: { stdout?: string; stderr?: string } = {}) => {
    if (ended) return
    ended = true
    clearTimeout(silence)
    lock.free(token)
    channel.write(said.stdout ?? '')
    channel.stderr.write(said.stderr ?? '')
    channel.exit(code)
    channel.end()
  }
  if (lock.holder) {
    const { holder } = lock
    end(exitCode.busy, { stdout: `busy ${holder.token} ${holder.owner} ${holder.operation} ${holder.since}\n` })
    return
  }
  lock.holder = { token, owner, operation, since: Math.floor(Date.now() / 1_000) }
  const heard = (text: string) => {
    clearTimeout(silence)
    silence = setTimeout(() => lock.free(token), silenceMilliseconds)
    silence.unref()
    if (!lock.isHeldBy(token)) end(exitCode.lost, { stderr: 'The lock is lost.\n' })
    else if (/^done$/m.test(text)) end(exitCode.done)
  }
  const gone = () => end(exitCode.lost, { stderr: 'The client went away.\n' })
  channel.on('data', heard).on('end', gone).on('close', gone)
  channel.write('locked\n')
  heard(rest)
}
