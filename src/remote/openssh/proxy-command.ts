import { quoteArgument } from '../quote'

/**
 * The ProxyCommand (ssh_config(5)) that leads on by an ssh with these arguments, of which the last is its host. On Windows no shell
 * reads it, but a program there takes its command line apart itself: a word stands between double quotes.
 * Throws RangeError for an argument that holds a control character.
 */
export function proxyCommand(args: readonly string[], platform: NodeJS.Platform = process.platform): string {
  const quoted = platform === 'win32' ? inDoubleQuotes : quoteArgument
  // Only the first two tokens are for the ssh that runs this.
  return ['ssh', '-W', quoted('[%h]:%p'), ...args.map(word => quoted(word.replaceAll('%', '%%')))].join(' ')
}

/** As the C runtime of Windows parts a command line: a backslash means something only before a double quote. */
function inDoubleQuotes(word: string): string {
  if (/^[\w./,:@=-]+$/.test(word)) return word
  return `"${word.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && `\\${end}`))}"`
}
