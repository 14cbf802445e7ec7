import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { withoutControls } from '../fleet/without-controls'
import { ansiLine, plainText, type StyledLine } from '../plan/styled-text'
import { KnownSecrets } from '../remote/known-secrets'

type Recorder = (lines: readonly StyledLine[]) => void

/** The command line's output and questions. Results go to standard output, everything else to standard error. */
export class Console {
  readonly environment: NodeJS.ProcessEnv
  /** Aborts when the reader of standard output has gone. */
  readonly unread: AbortSignal
  /** What nothing that is written down may hold: those of the environment, and what was typed hidden. */
  readonly secrets: KnownSecrets
  readonly #process: NodeJS.Process
  #record: Recorder = () => {}

  constructor(process: NodeJS.Process) {
    this.#process = process
    this.environment = process.env
    this.secrets = new KnownSecrets(process.env)
    // The reader may stop early, as `head` does: that is not an error, and there is nobody left to report it to.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    const unread = new AbortController()
    process.stdout.on('error', () => unread.abort())
    this.unread = unread.signal
  }

  /** Whether there is a terminal to ask on. */
  get interactive(): boolean {
    return Boolean(this.#process.stdin.isTTY && this.#process.stderr.isTTY)
  }

  /** Writes a result unchanged. */
  write(text: string): void {
    this.#process.stdout.write(text)
  }

  /** Resolves when standard output takes more: whoever reads it, such as `less`, may be slower than what is written; or when `signal` aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    const { stdout } = this.#process
    if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal }).catch(() => {})
  }

  /** Does some work, and tells `record` all lines that are written meanwhile. */
  async recording<Result>(record: Recorder, work: () => Promise<Result>): Promise<Result> {
    this.#record = record
    try {
      return await work()
    } finally {
      this.#record = () => {}
    }
  }

  /** Writes lines of a result, in colour on a terminal unless NO_COLOR (no-color.org) is set. */
  lines(lines: readonly StyledLine[]): void {
    this.#record(lines)
    this.write(this.#styled(this.#process.stdout, lines))
  }

  /** Writes lines that are not part of the result. */
  note(lines: readonly StyledLine[]): void {
    this.#record(lines)
    this.#process.stderr.write(this.#styled(this.#process.stderr, lines))
  }

  #styled(stream: NodeJS.WriteStream, lines: readonly StyledLine[]): string {
    const colour = stream.isTTY && !this.environment.NO_COLOR && this.environment.TERM !== 'dumb'
    return colour ? lines.map(line => `${ansiLine(line)}\n`).join('') : plainText(lines)
  }

  /**
   * Asks on standard error, so that standard output stays a result, and answers the line that is typed; undefined if the
   * input ends or Ctrl-C is typed, which `interrupted` is told. With `hidden`, what is typed is a secret, and not shown.
   */
  async ask(
    question: string,
    { hidden = false, interrupted = () => {} }: { hidden?: boolean; interrupted?: () => void } = {},
  ): Promise<string | undefined> {
    const { stdin, stderr } = this.#process
    const prompt = createInterface(
      hidden ? { input: stdin, output: new Silence(), terminal: true } : { input: stdin, output: stderr },
    )
    // Only now: otherwise a terminal that still echoes would show an answer typed early.
    stderr.write(withoutControls(question))
    let isInterrupted = false
    const answer = await new Promise<string | undefined>(resolve => {
      prompt.once('line', resolve)
      prompt.once('close', () => resolve(undefined))
      prompt.once('SIGINT', () => {
        isInterrupted = true
        resolve(undefined)
      })
    })
    prompt.close()
    if (hidden && answer !== undefined) this.secrets.add(answer)
    // Neither Ctrl-C nor a hidden answer moves to the next line.
    if (hidden || answer === undefined) stderr.write('\n')
    if (isInterrupted) interrupted()
    return answer
  }
}

/** Hidden input is echoed here. */
class Silence extends Writable {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }
}
