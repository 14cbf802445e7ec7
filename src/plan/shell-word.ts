/** A word quoted for a POSIX shell, for commands that are shown to be copied. Nothing is run with it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
