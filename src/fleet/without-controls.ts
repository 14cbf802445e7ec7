/** Escape sequences (ECMA-48 5.3, 5.4, 5.6), in their 7-bit and 8-bit forms: control sequences, strings such as a title, and others. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-Z\\^-~]/g

/**
 * Makes a foreign text harmless for a terminal: no escape sequences, no control characters except tabs and line ends, and none that
 * change the writing direction, so that a line cannot look like another one (Unicode, TR 36).
 */
export function withoutControls(text: string): string {
  return text.replace(sequences, '').replace(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, '')
}
