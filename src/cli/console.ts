import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ansiLine, plainText, type StyledLine } from '../plan/styled-text'

/** Where the command line writes, and what it may ask. Results go to standard output, everything else to standard error. */
export class Console {
  readonly environment: NodeJS.ProcessEnv
  /** Aborts when nobody reads standard output any more. */
  readonly unread: AbortSignal
  readonly #process: NodeJS.Process
  /** Is told all lines too, while a run is logged. */
  record: (lines: readonly StyledLine[]) => void = () => {}

  constructor(process: NodeJS.Process) {
    this.#process = process
    this.environment = process.env
    // Whoever reads may stop reading, as `head` does: that is no error of ours, and there is nobody left to tell.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    const unread = new AbortController()
    process.stdout.on('error', () => unread.abort())
    this.unread = unread.signal
  }

  /** Whether somebody sits at a terminal who can answer. */
  get interactive(): boolean {
    return Boolean(this.#process.stdin.isTTY && this.#process.stderr.isTTY)
  }

  /** Writes a result as it is. */
  write(text: string): void {
    this.#process.stdout.write(text)
  }

  /** Writes lines of a result, in colour where it is a terminal and NO_COLOR (no-color.org) is not set. */
  lines(lines: readonly StyledLine[]): void {
    this.record(lines)
    this.write(this.#styled(this.#process.stdout, lines))
  }

  /** Writes lines that are no result. */
  note(lines: readonly StyledLine[]): void {
    this.record(lines)
    this.#process.stderr.write(this.#styled(this.#process.stderr, lines))
  }

  #styled(stream: NodeJS.WriteStream, lines: readonly StyledLine[]): string {
    const colour = stream.isTTY && !this.environment.NO_COLOR && this.environment.TERM !== 'dumb'
    return colour ? lines.map(line => `${ansiLine(line)}\n`).join('') : plainText(lines)
  }

  /**
   * Asks on standard error, so that standard output stays a result, and answers the line that is typed; undefined if the
   * input ends or Ctrl-C is typed. With `hidden`, what is typed is not shown.
   */
  async ask(question: string, { hidden = false } = {}): Promise<string | undefined> {
    const { stdin, stderr } = this.#process
    const prompt = createInterface(
      hidden ? { input: stdin, output: new Silence(), terminal: true } : { input: stdin, output: stderr },
    )
    // Only now: what is typed at once would be shown by a terminal that has not yet been told not to.
    stderr.write(question)
    const answer = await new Promise<string | undefined>(resolve => {
      prompt.once('line', resolve)
      prompt.once('close', () => resolve(undefined))
      prompt.once('SIGINT', () => resolve(undefined))
    })
    prompt.close()
    // Neither Ctrl-C nor a hidden answer has moved on to the next line.
    if (hidden || answer === undefined) stderr.write('\n')
    return answer
  }
}

/** What is typed hidden is echoed here. */
class Silence extends Writable {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }
}
