import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadEntry } from '../thread-entry'
import askpassScript from './askpass.sh'
import { askingSocket } from './left-folders'

/** Answers one question of ssh; undefined if there is no answer. */
export type Answer = (prompt: string) => Promise<string | undefined>

/** Questions from every ssh of a session, which arrive over a socket. Secrets are never put in arguments or the environment. */
export interface Askpass {
  /** What an ssh whose questions `answer` answers needs in addition to `environment`, and a function that stops answering. */
  for(
    answer: Answer,
    environment: NodeJS.ProcessEnv,
  ): { readonly environment: NodeJS.ProcessEnv; readonly end: () => void }
  close(): void
}

/** A question is one line; ssh's own are far shorter than this. */
const longestQuestion = 64 * 1024

/** Starts answering; its files are in `folder`, which only its owner may access. */
export async function startAskpass(folder: string): Promise<Askpass> {
  const socketPath = join(folder, askingSocket)
  const program = join(folder, 'askpass')
  const questions = new Questions()
  const server = createServer({ allowHalfOpen: true }, socket =>
    readQuestion(socket, line => void questions.reply(socket, line)),
  )
  await writeFile(program, askpassScript, { mode: 0o700 })
  server.unref()
  await once(server.listen(socketPath), 'listening')
  return {
    for(answer, environment) {
      const link = questions.answerWith(answer)
      return {
        environment: {
          SSH_ASKPASS: program,
          // Even with a terminal: it belongs to this program, which asks there itself (ssh(1), 8.4 and later).
          SSH_ASKPASS_REQUIRE: 'force',
          // Older versions use askpass only with a display set and no terminal.
          DISPLAY: environment.DISPLAY || ':0',
          FLEET_OPS_ASKPASS_SOCKET: socketPath,
          FLEET_OPS_ASKPASS_FOR: link,
          FLEET_OPS_ASKPASS_NODE: process.execPath,
          FLEET_OPS_ASKPASS_HELPER: fileURLToPath(threadEntry('askpass-helper')),
        },
        end: () => questions.stop(link),
      }
    },
    close() {
      server.close()
      questions.hangUp()
    },
  }
}

/** Calls `onLine` with the line that is a question. */
function readQuestion(socket: Socket, onLine: (line: string) => void): void {
  let text = ''
  socket
    .setEncoding('utf8')
    .on('error', () => {})
    .on('data', (piece: string) => {
      text += piece
      if (text.length > longestQuestion) socket.destroy()
      if (text.endsWith('\n')) onLine(text)
    })
}

/** Who answers the questions of each ssh, and the sockets of those that wait for an answer. */
class Questions {
  readonly #answers = new Map<string, Answer>()
  readonly #waiting = new Map<Socket, string>()
  #count = 0

  /** The name by which an ssh is to ask, so that `answer` answers it. */
  answerWith(answer: Answer): string {
    const link = String(++this.#count)
    this.#answers.set(link, answer)
    return link
  }

  async reply(socket: Socket, line: string): Promise<void> {
    try {
      const { link, kind, prompt } = JSON.parse(line) as { link: string; kind: string; prompt: string }
      this.#waiting.set(socket, link)
      socket.once('close', () => this.#waiting.delete(socket))
      // `none` only notifies, for example that a security key waits for a touch, until ssh ends the helper (readpass.c, notify_start).
      if (kind === 'none') return
      const answer = await this.#answers.get(link)?.(prompt)
      socket.end(answer === undefined ? '' : JSON.stringify(answer))
    } catch {
      socket.destroy()
    }
  }

  /** Answers that ssh no more. */
  stop(link: string): void {
    this.#answers.delete(link)
    for (const [socket, asking] of this.#waiting) if (asking === link) socket.destroy()
  }

  hangUp(): void {
    for (const socket of this.#waiting.keys()) socket.destroy()
  }
}
