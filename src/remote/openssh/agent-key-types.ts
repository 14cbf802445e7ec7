import { createConnection } from 'node:net'

/** An agent that does not answer within this many milliseconds is skipped. */
const answerTimeout = 3_000

/** Message numbers (draft-miller-ssh-agent, 3 and 5.1). */
const requestIdentities = 11
const identitiesAnswer = 12

const mostBytes = 256 * 1024

/**
 * The types of the keys that an agent holds, such as `ssh-ed25519-cert-v01@openssh.com`, including those that ssh2 does not know and
 * skips. Empty if the agent does not answer. Never throws.
 */
export function agentKeyTypes(socketPath: string): Promise<readonly string[]> {
  return new Promise(done => {
    const socket = createConnection(socketPath)
    let answer = Buffer.alloc(0)
    const end = (types: readonly string[]) => {
      clearTimeout(timer)
      socket.destroy()
      done(types)
    }
    const timer = setTimeout(() => end([]), answerTimeout)
    socket
      .on('connect', () => socket.write(Buffer.from([0, 0, 0, 1, requestIdentities])))
      .on('data', piece => {
        answer = Buffer.concat([answer, piece])
        const length = answer.length < 4 ? Number.POSITIVE_INFINITY : answer.readUInt32BE(0)
        if (answer.length >= 4 + length) end(typesOf(answer.subarray(4, 4 + length)))
        else if (answer.length > mostBytes) end([])
      })
      .on('error', () => end([]))
      .on('close', () => end([]))
  })
}

/** Layout of the answer: message number, number of keys, then each key and its comment. */
function typesOf(answer: Buffer): readonly string[] {
  const types: string[] = []
  try {
    if (answer[0] !== identitiesAnswer) return []
    let at = 5
    for (let left = answer.readUInt32BE(1); left > 0; left--) {
      const length = answer.readUInt32BE(at)
      const typeLength = answer.readUInt32BE(at + 4)
      types.push(answer.toString('latin1', at + 8, at + 8 + typeLength))
      at += 4 + length
      at += 4 + answer.readUInt32BE(at)
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return types
}
