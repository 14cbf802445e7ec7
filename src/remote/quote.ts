/**
 * Quotes one argument so that every login shell which may stand between sshd and `sh` gives it on as it is: POSIX shells
 * (2.2.2), fish, csh and tcsh. Between single quotes only `'` means something everywhere, and besides it `!` in csh and `\` in
 * fish: those three stand outside, behind a backslash. Words of only the plain characters stay as they are, for people to read.
 *
 * Throws RangeError for control characters: no argument of ours has any, and csh ends a line inside quotes.
 */
export function quoteArgument(argument: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(argument)) throw new RangeError('an argument for a server holds a control character')
  if (/^[A-Za-z0-9_./,:@-]+$/.test(argument)) return argument
  if (argument === '') return "''"
  return argument.replace(/['!\\]+|[^'!\\]+/g, part =>
    /^['!\\]/.test(part) ? part.replace(/./g, '\\$&') : `'${part}'`,
  )
}
