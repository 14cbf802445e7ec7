import { DocumentFormattingRequest, type TextEdit } from 'vscode-languageserver/node'
import { feature } from '../feature'
import { format } from '../format/format'

/** Formats a file, keeping comments and values as they are. */
export const formatting = feature({
  request: DocumentFormattingRequest.type,
  asks: ['options'],
  offer: client => (client.knows('formatting') ? { documentFormattingProvider: true } : undefined),
  answer: (checked, { options }): TextEdit[] => {
    const unit = Math.min(8, Math.max(1, Math.trunc(options.tabSize) || 2))
    return format(checked.document, unit).map(edit => checked.editOf(edit))
  },
})
