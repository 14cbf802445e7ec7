import { yamlText } from '../fleet/yaml-text'

export type Scalar = string | number | boolean

/** A key with its value, or with keys under it; a note follows it. Or a comment on lines of its own. */
export type Item =
  | { readonly key: string | number; readonly value: Value; readonly note?: string }
  | { readonly key: string | number; readonly items: readonly Item[]; readonly note?: string }
  | { readonly comment: string }
  | { readonly blank: true }

/** On one line: a flow mapping or sequence if it is not a scalar. */
type Value = Scalar | readonly Scalar[] | Readonly<Record<string, Scalar>>

const width = 118

/** Items as block YAML. What is written here reads back as the same values. */
export function writeItems(items: readonly Item[], indentation = ''): string {
  return items.map(item => writeItem(item, indentation)).join('')
}

function writeItem(item: Item, indentation: string): string {
  if ('blank' in item) return '\n'
  if ('comment' in item) return commentLines(item.comment, indentation)
  const note = item.note === undefined ? '' : `  # ${oneLine(item.note)}`
  const key = yamlText(item.key, 'flow')
  if ('items' in item) return `${indentation}${key}:${note}\n${writeItems(item.items, `${indentation}  `)}`
  return `${indentation}${key}: ${yamlText(item.value, 'flow')}${note}\n`
}

/** A comment in lines that are not too long; its text may come from a server, so nothing in it must end the comment. */
export function commentLines(text: string, indentation = ''): string {
  const most = width - indentation.length - 2
  const lines: string[] = []
  for (const word of oneLine(text).split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(line => `${indentation}# ${line}\n`).join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ').trim()
