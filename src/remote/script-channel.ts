import type { Client, ClientChannel } from 'ssh2'
import type { ScriptResult } from './connection'
import { scriptBegins } from './scripts'

/** Splits what arrives into lines, whatever the pieces; the last one counts even without a line end. */
export class LineSplitter {
  readonly #each: (line: string) => void
  #rest = ''

  constructor(each: (line: string) => void) {
    this.#each = each
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#each(line.replace(/\r$/, ''))
  }

  end(): void {
    if (this.#rest !== '') this.#each(this.#rest)
    this.#rest = ''
  }
}

const beginning = new RegExp(`${scriptBegins}\\r?\\n`)

/** Passes on what comes after a script's first line, or all of it once it is clear that there is none. */
class OwnOutput {
  readonly #pass: (text: string) => void
  #held: string | undefined = ''

  constructor(pass: (text: string) => void) {
    this.#pass = pass
  }

  push(text: string): void {
    if (this.#held === undefined) {
      this.#pass(text)
      return
    }
    this.#held += text
    const match = beginning.exec(this.#held)
    if (!match) return
    const own = this.#held.slice(match.index + match[0].length)
    this.#held = undefined
    if (own !== '') this.#pass(own)
  }

  end(): void {
    if (this.#held) this.#pass(this.#held)
    this.#held = undefined
  }
}

/** A command on its way, with its output gathered. */
export interface RunningCommand {
  readonly channel: ClientChannel
  /** Rejects if the channel ends without an exit code, which is what a broken connection looks like. */
  readonly result: Promise<ScriptResult>
}

/** Output is gathered up to here; what a script of ours prints is far less, but a login shell may print anything. */
const mostOutput = 32 * 1024 * 1024

/** As a shell counts a death by a signal whose number it is not told. */
const diedOfSignal = 128

/** Starts a command. Rejects as ssh2 does if no channel can be had. */
export async function startCommand(
  client: Client,
  command: string,
  onLine: (line: string, from: 'stdout' | 'stderr') => void = () => {},
): Promise<RunningCommand> {
  let exitCode: number | undefined
  const channel = await new Promise<ClientChannel>((done, fail) =>
    client.exec(command, (error, opened) => {
      if (error) {
        fail(error)
        return
      }
      // At once, not after the promise: a quick command ends in the same packet that says it has begun.
      opened.on('exit', (code: number | null) => {
        exitCode = code ?? diedOfSignal
      })
      done(opened)
    }),
  )
  const output = { stdout: '', stderr: '' }
  const gather = (from: 'stdout' | 'stderr', stream: NodeJS.ReadableStream) => {
    const splitter = new LineSplitter(line => onLine(line, from))
    const own = new OwnOutput(text => {
      if (output[from].length < mostOutput) output[from] += text
      splitter.push(text)
    })
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => own.push(text))
    return () => {
      own.end()
      splitter.end()
    }
  }
  const ends = [gather('stdout', channel), gather('stderr', channel.stderr)]
  const result = new Promise<ScriptResult>((done, fail) => {
    channel
      .on('close', () => {
        for (const end of ends) end()
        if (exitCode === undefined) fail(new Error('the connection ended before the command did'))
        else done({ exitCode, ...output })
      })
      .on('error', fail)
  })
  // Whoever waits hears of it; until then nobody is to take it for an error that no one minds.
  result.catch(() => {})
  return { channel, result }
}
