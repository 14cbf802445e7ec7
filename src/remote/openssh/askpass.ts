import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadEntry } from '../thread-entry'
import askpassScript from './askpass.sh'
import { askingSocket } from './left-folders'

/** Answers one question of ssh. Undefined if nobody does. */
export type Answer = (prompt: string) => Promise<string | undefined>

/** Questions of every ssh of a session, which come through a socket. No secret is in an argument or the environment. */
export interface Askpass {
  /** What the ssh whose questions `answer` answers has beside its own `environment`, and how to stop that. */
  for(
    answer: Answer,
    environment: NodeJS.ProcessEnv,
  ): { readonly environment: NodeJS.ProcessEnv; readonly end: () => void }
  close(): void
}

/** A question is a line; ssh's own are far shorter than this. */
const longestQuestion = 64 * 1024

/** Begins to answer, with what it needs in `folder`, which must be its owner's alone. */
export async function startAskpass(folder: string): Promise<Askpass> {
  const socketPath = join(folder, askingSocket)
  const program = join(folder, 'askpass')
  const answers = new Map<string, Answer>()
  const waiting = new Map<Socket, string>()
  let count = 0

  const server = createServer({ allowHalfOpen: true }, socket => {
    let text = ''
    socket
      .setEncoding('utf8')
      .on('error', () => {})
      .on('close', () => waiting.delete(socket))
      .on('data', (piece: string) => {
        text += piece
        if (text.length > longestQuestion) socket.destroy()
        if (!text.endsWith('\n')) return
        void reply(socket, text)
      })
  })

  async function reply(socket: Socket, line: string): Promise<void> {
    try {
      const { link, kind, prompt } = JSON.parse(line) as { link: string; kind: string; prompt: string }
      waiting.set(socket, link)
      // `none` only tells, such as that a security key waits for a touch, until ssh ends the helper (readpass.c, notify_start).
      if (kind === 'none') return
      const answer = await answers.get(link)?.(prompt)
      socket.end(answer === undefined ? '' : JSON.stringify(answer))
    } catch {
      socket.destroy()
    }
  }

  await writeFile(program, askpassScript, { mode: 0o700 })
  server.unref()
  await once(server.listen(socketPath), 'listening')
  return {
    for(answer, environment) {
      const link = String(++count)
      answers.set(link, answer)
      return {
        environment: {
          SSH_ASKPASS: program,
          // Also where there is a terminal: its owner is this program, which asks there itself (ssh(1), since 8.4).
          SSH_ASKPASS_REQUIRE: 'force',
          // Older ones want to know of a display, and then ask that way where there is no terminal.
          DISPLAY: environment.DISPLAY || ':0',
          FLEET_OPS_ASKPASS_SOCKET: socketPath,
          FLEET_OPS_ASKPASS_FOR: link,
          FLEET_OPS_ASKPASS_NODE: process.execPath,
          FLEET_OPS_ASKPASS_HELPER: fileURLToPath(threadEntry('askpass-helper')),
        },
        end() {
          answers.delete(link)
          for (const [socket, asking] of waiting) if (asking === link) socket.destroy()
        },
      }
    },
    close() {
      server.close()
      for (const socket of waiting.keys()) socket.destroy()
    },
  }
}
