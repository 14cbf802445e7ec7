/** As much of a terminal as the runs' text needs: what is written, and CR, LF, CUU and ED (ECMA-48). Colours are left out. */
export class Screen {
  readonly #lines: string[] = ['']
  #row = 0
  #column = 0

  /** The lines as a person sees them, without blanks at their ends and empty lines at the bottom. */
  get lines(): string[] {
    return this.#lines
      .map(line => line.trimEnd())
      .join('\n')
      .trimEnd()
      .split('\n')
  }

  write(data: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal reads.
    for (const [token] of data.matchAll(/\x1b\[\d*[A-Za-z;\d]*?[A-Za-z]|[\s\S]/gu)) this.#take(token)
  }

  #take(token: string): void {
    if (token === '\r') this.#column = 0
    else if (token === '\n') this.#lines[++this.#row] ??= ''
    else if (token.endsWith('A') && token.length > 1) this.#row -= Number(token.slice(2, -1) || 1)
    else if (token === '\x1b[J') this.#clear()
    else if (!token.startsWith('\x1b')) this.#put(token)
  }

  #clear(): void {
    this.#lines[this.#row] = this.#line.slice(0, this.#column)
    this.#lines.length = this.#row + 1
  }

  #put(character: string): void {
    const line = this.#line.padEnd(this.#column)
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1)
    this.#column++
  }

  get #line(): string {
    return this.#lines[this.#row] ?? ''
  }
}
