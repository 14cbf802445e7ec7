import { DocumentOnTypeFormattingRequest, type TextEdit } from 'vscode-languageserver/node'
import { endOfLine } from '../../fleet/lines'
import { schemaAt } from '../../fleet/schema'
import { cursorAt } from '../completion/cursor'
import { skipSpaces } from '../completion/lines'
import { feature } from '../feature'

/** Indents a new line: one level below a key that holds keys, else as far as the key above. */
export const typing = feature({
  request: DocumentOnTypeFormattingRequest.type,
  asks: ['position', 'options'],
  offer: client =>
    client.knows('onTypeFormatting')
      ? { documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' } }
      : undefined,
  atOnce: true,
  answer: (checked, { position, options }): TextEdit[] => {
    const { text } = checked
    const start = checked.offsetAt({ line: position.line, character: 0 })
    const end = endOfLine(text, start)
    const content = skipSpaces(text, start, end)
    if (position.line === 0 || content < end) return []
    const column = columnBelow(
      text,
      endOfLine(text, checked.offsetAt({ line: position.line - 1, character: 0 })),
      options.tabSize,
    )
    const newText = column === undefined ? undefined : ' '.repeat(column)
    return newText === undefined || newText === text.slice(start, content)
      ? []
      : [checked.editOf({ range: { start, end: content }, newText })]
  },
})

/** The column for the line below one that ends at an offset; undefined if that is up to the person. */
function columnBelow(text: string, offset: number, unit: number): number | undefined {
  const { place, path, word, style, indentation } = cursorAt(text, offset)
  if (place !== 'value' || style === 'flow') return undefined
  const opens = word.start === word.end && schemaAt(path)?.properties !== undefined
  const opensNames = word.start === word.end && typeof schemaAt(path)?.additionalProperties === 'object'
  return indentation + (opens || opensNames ? unit : 0)
}
