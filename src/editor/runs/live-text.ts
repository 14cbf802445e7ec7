import { cutToWidth, withoutStyles } from './terminal-text'

/** With more lines than this they could scroll off the top of a small terminal, where they can no longer be erased. */
const mostLiveLines = 8

/** A terminal's text: lines that stay, and under them lines that are rewritten in place while work is in progress. */
export class LiveText {
  /** Called, without their colours, with all lines that stay and those for the log only, each with its line end. */
  record: (text: string) => void = () => {}
  readonly #write: (data: string) => void
  readonly #hide: (text: string) => string
  readonly #printed: string[] = []
  #live: readonly string[] = []
  #drawn = 0
  #columns: number

  /**
   * @param columns the terminal's width
   * @param hide removes secrets from everything that is shown or kept
   */
  constructor(write: (data: string) => void, { columns = 100, hide = (text: string) => text } = {}) {
    this.#write = write
    this.#columns = columns
    this.#hide = hide
  }

  /** All lines that stay, and those for the log only, without their colours. */
  get printed(): string {
    return this.#printed.join('')
  }

  get columns(): number {
    return this.#columns
  }

  /** The terminal's width. Live lines are truncated to it: a wrapped line could not be erased. */
  set columns(columns: number) {
    this.#columns = columns
    this.live(...this.#live)
  }

  /** Adds lines to the log only. */
  note(text: string): void {
    const plain = `${withoutStyles(this.#hide(text))}\n`
    this.#printed.push(plain)
    this.record(plain)
  }

  /** Adds lines that stay. */
  print(text = ''): void {
    this.note(text)
    this.show(text)
  }

  /** Adds lines that stay on the screen, but are not for the log. */
  show(text: string): void {
    this.#write(`${this.#erase()}${this.#hide(text).replaceAll('\n', '\r\n')}\r\n${this.#draw()}`)
  }

  /** Sets the lines that are rewritten in place; an empty list removes them. */
  live(...lines: readonly string[]): void {
    const erase = this.#erase()
    this.#live = lines
    this.#write(erase + this.#draw())
  }

  /** CUU to the first live line, then ED to the end (ECMA-48). */
  #erase(): string {
    const up = this.#drawn > 1 ? `\x1b[${this.#drawn - 1}A` : ''
    const erase = this.#drawn > 0 ? `${up}\r\x1b[J` : ''
    this.#drawn = 0
    return erase
  }

  #draw(): string {
    const more = this.#live.length - mostLiveLines
    const lines = more > 0 ? [...this.#live.slice(0, mostLiveLines), `     … +${more}`] : this.#live
    this.#drawn = lines.length
    return lines.map(line => cutToWidth(this.#hide(line), this.#columns - 1)).join('\r\n')
  }
}
