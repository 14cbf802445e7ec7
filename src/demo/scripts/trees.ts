import type { ServerChannel } from 'ssh2'
import type { SimulatedServer } from '../simulated-server'
import { type AnswerScript, done, lockLost } from './answer'

/** A directory's archive is so many pieces of so many characters, one each time: enough to see it on its way. */
const pieces = 16
const piece = 'VoxCore '.repeat(8_192)
const pieceMilliseconds = 100

/** Prints what a real server would pack: a file's own text, and for a directory enough data to be seen on its way. */
export function sendTree(server: SimulatedServer, [tree, path = '']: readonly string[], channel: ServerChannel): void {
  const text = server.files.get(path)
  if (text === undefined) {
    channel.stderr.write(`There is no ${tree} ${path} on this server.\n`)
    finish(channel, 65)
    return
  }
  let left = tree === 'directory' ? pieces : 0
  const next = () => {
    // Nobody reads any more: the run was cancelled.
    if (channel.destroyed || !channel.writable) return
    if (left === 0) {
      channel.write(text)
      finish(channel, 0)
      return
    }
    left -= 1
    channel.write(piece)
    setTimeout(next, pieceMilliseconds)
  }
  next()
}

/** Keeps what comes until it ends; what is only seen on its way is not kept. */
export function receiveTree(
  server: SimulatedServer,
  [, token, , path = '']: readonly string[],
  channel: ServerChannel,
  rest: string,
): void {
  if (!server.lock.isHeldBy(token)) {
    channel.stderr.write(lockLost.stderr ?? '')
    finish(channel, lockLost.exitCode)
    return
  }
  let text = rest
  channel.on('data', (more: string) => {
    text = `${text}${more}`.replaceAll(piece, '')
  })
  channel.on('end', () => {
    server.arriving.set(path, text)
    channel.write('result=done\n')
    finish(channel, 0)
  })
}

export const placeTree: AnswerScript = (server, [, token, , path = '']) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  const text = server.arriving.get(path)
  if (text === undefined) return { exitCode: 65, stderr: `There is no copy of ${path} to put in place.\n` }
  server.arriving.delete(path)
  server.files.set(path, text)
  return done
}

function finish(channel: ServerChannel, exitCode: number): void {
  channel.exit(exitCode)
  channel.end()
}
