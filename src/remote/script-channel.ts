import { StringDecoder } from 'node:string_decoder'
import { t } from '@vscode/l10n'
import type { ScriptResult } from './connection'
import type { Link, RemoteCommand } from './link'
import { OwnOutput } from './own-output'

/** A line is broken after so many characters: what never ends one may be anything, such as /dev/zero. */
const longestLine = 1024 * 1024

/** Splits incoming chunks into lines; the last line counts even without a line end. */
export class LineSplitter {
  readonly #each: (line: string) => void
  #rest = ''

  constructor(each: (line: string) => void) {
    this.#each = each
  }

  push(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest + text.slice(from, end)
      this.#rest = ''
      from = end + 1
      this.#each(line.replace(/\r$/, ''))
    }
    this.#rest += text.slice(from)
    if (this.#rest.length > longestLine) this.end()
  }

  end(): void {
    if (this.#rest !== '') this.#each(this.#rest)
    this.#rest = ''
  }
}

/** Output is gathered up to so many characters; what a script of ours prints is far less, but a login shell may print anything. */
const mostOutput = 32 * 1024 * 1024

/** Collects the text that a script prints on one of its outputs. */
export interface Gathered {
  text(): string
  /** Adds what was held back. Call it once the output has ended. */
  end(): void
}

/**
 * Collects a script's own output as text, and calls `onLine` with each line as it arrives. `giveUp` is called when that is more than
 * can be held, and no more is taken then.
 */
export function gather(
  output: NodeJS.ReadableStream,
  onLine: (line: string) => void,
  giveUp: (why: Error) => void,
): Gathered {
  const own = new OwnOutput()
  const decoder = new StringDecoder('utf8')
  const splitter = new LineSplitter(onLine)
  let gathered = ''
  const take = (text: string) => {
    if (gathered.length > mostOutput) return
    gathered += text
    splitter.push(text)
    if (gathered.length > mostOutput) giveUp(new Error(t('it printed more than {0} MiB', mostOutput / 1024 / 1024)))
  }
  output.on('data', (piece: Buffer) => take(decoder.write(own.take(piece))))
  return {
    text: () => gathered,
    end() {
      take(decoder.end(own.rest()))
      splitter.end()
    },
  }
}

/** A running command whose output is collected. */
export interface RunningCommand {
  readonly command: RemoteCommand
  /** Rejects if the connection ended first. */
  readonly result: Promise<ScriptResult>
}

/** Starts a command. Rejects as the link does if it cannot be started. */
export async function startCommand(
  link: Link,
  words: string,
  onLine: (line: string, from: 'stdout' | 'stderr') => void = () => {},
): Promise<RunningCommand> {
  const command = await link.exec(words)
  const givenUp = new AbortController()
  const giveUp = (why: Error) => {
    givenUp.abort(why)
    command.destroy()
  }
  const stdout = gather(command.stdout, line => onLine(line, 'stdout'), giveUp)
  const stderr = gather(command.stderr, line => onLine(line, 'stderr'), giveUp)
  const tooMuch = new Promise<never>((_, fail) =>
    givenUp.signal.addEventListener('abort', () => fail(givenUp.signal.reason)),
  )
  const result = Promise.race([command.exit, tooMuch])
    .finally(() => {
      stdout.end()
      stderr.end()
    })
    .then(exitCode => {
      givenUp.signal.throwIfAborted()
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
    })
  result.catch(() => {})
  return { command, result }
}
