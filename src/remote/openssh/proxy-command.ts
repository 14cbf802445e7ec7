import { quoteArgument } from '../quote'

/**
 * The ProxyCommand (ssh_config(5)) that runs an ssh with these arguments, the last of which is its host. On Windows no shell parses it:
 * programs split their own command line, where double quotes enclose a word.
 * Throws RangeError for an argument that holds a control character.
 */
export function proxyCommand(args: readonly string[], platform: NodeJS.Platform = process.platform): string {
  const quoted = platform === 'win32' ? inDoubleQuotes : quoteArgument
  // Only the first two tokens are expanded by the outer ssh.
  return ['ssh', '-W', quoted('[%h]:%p'), ...args.map(word => quoted(word.replaceAll('%', '%%')))].join(' ')
}

/** Quoting for the Windows C runtime: a backslash is special only before a double quote. */
function inDoubleQuotes(word: string): string {
  if (/^[\w./,:@=-]+$/.test(word)) return word
  return `"${word.replace(/(\\*)("|$)/g, (_, slashes: string, end: string) => slashes + slashes + (end && `\\${end}`))}"`
}
