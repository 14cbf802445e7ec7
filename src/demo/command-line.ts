/**
 * The words of a command line that quotes with '…', "…" and backslashes only, as the client's own quoting makes it
 * (POSIX shell, 2.2 Quoting). Nothing is expanded.
 */
export function wordsOf(commandLine: string): string[] {
  const words: string[] = []
  const pattern = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gs
  let word: string | undefined
  for (const match of commandLine.matchAll(pattern)) {
    const [whole, single, double, escaped, bare] = match
    if (/^\s+$/.test(whole)) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '')
  }
  return word === undefined ? words : [...words, word]
}
