import { stripVTControlCharacters } from 'node:util'

/**
 * What a server sent, made harmless for a terminal: no escape sequence, no control character but tabs and line ends, and none that
 * turns the direction of what follows, so that a line cannot look like another one (Unicode, TR 36).
 */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]|\p{Bidi_Control}/gu, '')
}
