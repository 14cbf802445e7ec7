/**
 * Quotes one argument so that any login shell between sshd and `sh` passes it on unchanged: POSIX shells (2.2.2), fish, csh and tcsh.
 * Within single quotes, `'` is special everywhere, `!` in csh and `\` in fish: those three go outside the quotes, each after a
 * backslash. Words of plain characters stay unquoted, for readability.
 *
 * Throws RangeError for control characters: no argument of ours contains any, and csh does not allow newlines inside quotes.
 */
export function quoteArgument(argument: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
  if (/[\u0000-\u001f\u007f]/.test(argument))
    throw new RangeError('an argument for a server contains a control character')
  if (/^[A-Za-z0-9_./,:@-]+$/.test(argument)) return argument
  if (argument === '') return "''"
  return argument.replace(/['!\\]+|[^'!\\]+/g, part =>
    /^['!\\]/.test(part) ? part.replace(/./g, '\\$&') : `'${part}'`,
  )
}
