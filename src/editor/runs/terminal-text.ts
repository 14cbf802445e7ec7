import { stripVTControlCharacters } from 'node:util'
import { withoutControls } from '../../fleet/without-controls'

/** Colours that every theme defines (ECMA-48 SGR). A sign or a word always says the same as the colour. */
const sgr = { bold: 1, faint: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const

export type TextStyle = keyof typeof sgr

const escapeSign = '\x1b'
const styleSequence = new RegExp(`(${escapeSign}\\[[0-9;]*m)`)

/** Styles a text for a terminal. Control characters are removed from it first. */
export function styled(text: string, ...styles: readonly TextStyle[]): string {
  const shown = withoutControls(text)
  if (styles.length === 0) return shown
  return `${escapeSign}[${styles.map(style => sgr[style]).join(';')}m${shown}${escapeSign}[0m`
}

/** Removes what `styled` adds: for a log file. */
export const withoutStyles = (text: string): string => stripVTControlCharacters(text)

/** The first `columns` characters of a styled text; what is cut off is marked by an ellipsis. */
export function cutToWidth(text: string, columns: number): string {
  if (withoutStyles(text).length <= columns) return text
  let room = Math.max(columns - 1, 0)
  const kept = text.split(styleSequence).map((piece, index) => {
    if (index % 2 === 1) return piece
    const part = piece.slice(0, room)
    room -= part.length
    return part
  })
  return `${kept.join('')}…${escapeSign}[0m`
}

/** Breaks a text between words into lines of at most so many columns; a longer word stays whole. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A duration for a person, from milliseconds: `0.4 s`, `41 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
