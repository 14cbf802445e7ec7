/** Escape sequences (ECMA-48 5.3, 5.4, 5.6), in their forms of seven bits and of eight: control sequences, strings such as a title, and others. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-Z\\^-~]/g

/**
 * What somebody else wrote, made harmless for a terminal: no escape sequence, no control character but tabs and line ends, and none that
 * turns the direction of what follows, so that a line cannot look like another one (Unicode, TR 36).
 */
export function withoutControls(text: string): string {
  return text.replace(sequences, '').replace(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, '')
}
