import { newlineOf } from '../fleet/lines'
import { readUpstream } from './read-upstream'
import { httpDirectives, parseConfiguration } from './syntax'

/** For a person who finds the file on the server: the next reload undoes any change to the block there. */
const header = '# Written by Fleet Ops: change fleet.yaml, and not the upstream in here.\n'

/**
 * The text of a file with its block of that name replaced by `block`, and every other byte unchanged. A file without such a
 * block gets it at its end, or at the end of its `http` block if it has one; a missing file (undefined) becomes the block under
 * a line that says where it comes from.
 * The block gets the indentation and the line ends of its place in the file.
 *
 * Throws UpstreamError if the name occurs twice, or the text is not an nginx configuration.
 */
export function replaceUpstream(text: string | undefined, name: string, block: string): string {
  if (text === undefined) return `${header}${block}`
  if (text.trim() === '') return `${text}${block}`
  const live = readUpstream(text, name)
  const inPlace = (at: number) => fitted(block.trimEnd(), indentationAt(text, at), text)
  if (live) return text.slice(0, live.range.start) + inPlace(live.range.start) + text.slice(live.range.end)
  const http = [...httpDirectives(parseConfiguration(text))].find(
    ({ words, block: inner }) => inner && words[0]?.value === 'http',
  )
  const newline = newlineOf(text)
  if (!http) return `${text}${/\n$/.test(text) ? '' : newline}${newline}${fitted(block.trimEnd(), '', text)}${newline}`
  const brace = http.range.end - 1
  const startOfLine = text.lastIndexOf('\n', brace - 1) + 1
  const isAlone = text.slice(startOfLine, brace).trim() === ''
  const before = isAlone ? startOfLine : brace
  const indentation = `${indentationAt(text, http.range.start)}    `
  const lead = isAlone ? '' : newline
  return `${text.slice(0, before)}${lead}${newline}${indentation}${fitted(block.trimEnd(), indentation, text)}${newline}${text.slice(before)}`
}

function fitted(block: string, indentation: string, text: string): string {
  return block.split('\n').join(`${newlineOf(text)}${indentation}`)
}

/** The white space that a line begins with, if nothing else is before `at` on it. */
function indentationAt(text: string, at: number): string {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^[ \t]*$/.test(before) ? before : ''
}
