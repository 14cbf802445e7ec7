import type { ServerChannel } from 'ssh2'
import type { SimulatedServer } from './simulated-server'

const silenceMilliseconds = 30_000

/** Answers the `lock` script: holds the lock while the client is heard, and puts the upstream back when it is not any more. */
export function holdLock(
  server: SimulatedServer,
  [, token = '', owner = '', operation = '']: readonly string[],
  channel: ServerChannel,
  rest: string,
): void {
  const { lock } = server
  const end = (exitCode: number) => {
    channel.exit(exitCode)
    channel.end()
  }
  if (lock.holder) {
    const { holder } = lock
    channel.write(`busy ${holder.token} ${holder.owner} ${holder.operation} ${holder.since}\n`)
    end(76)
    return
  }
  lock.holder = { token, owner, operation, since: Math.floor(Date.now() / 1_000) }
  let silence: NodeJS.Timeout
  const heard = () => {
    clearTimeout(silence)
    silence = setTimeout(() => lock.free(token), silenceMilliseconds)
    silence.unref()
  }
  const listen = (text: string) => {
    heard()
    if (!/^done$/m.test(text)) return
    clearTimeout(silence)
    lock.free(token)
    channel.write('released\n')
    end(0)
  }
  channel.on('data', listen)
  channel.on('close', () => {
    clearTimeout(silence)
    lock.free(token)
  })
  heard()
  channel.write('locked\n')
  if (rest !== '') listen(rest)
}
