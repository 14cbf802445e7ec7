/** A variable's value in the text of an .env file, or undefined. The last assignment wins, as in systemd. */
export function readVariable(text: string, name: string): string | undefined {
  const lines = text.split(/\r?\n/).filter(line => line.startsWith(`${name}=`))
  return lines.at(-1)?.slice(name.length + 1)
}

/** The text with the variable set, in place or as a new last line. */
export function writeVariable(text: string, name: string, value: string): string {
  const assignment = `${name}=${value}`
  if (readVariable(text, name) === undefined) return `${text}${assignment}\n`
  return text
    .split('\n')
    .map(line => (line.startsWith(`${name}=`) ? assignment : line))
    .join('\n')
}
