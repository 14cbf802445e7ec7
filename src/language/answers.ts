import { type CancellationToken, LSPErrorCodes, ResponseError, type TextDocuments } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { CheckedDocuments } from './checked-documents'
import type { Feature, FeatureContext, Question } from './feature'
import type { MessageQueue } from './message-queue'

/** What answers are made of, and where failures are told. */
export interface AnswerSources {
  readonly documents: TextDocuments<TextDocument>
  readonly checked: CheckedDocuments
  readonly queue: MessageQueue
  readonly context: () => FeatureContext
  readonly logError: (message: string) => void
}

/**
 * Answers the questions of one feature: with null for a file that is not ours and when the answer fails, which is logged; with an
 * error that clients know and do not show for a question that the newest text has made void.
 */
export function answering(
  { request, answer, atOnce }: Feature,
  { documents, checked, queue, context, logError }: AnswerSources,
): (asked: Question, token: CancellationToken) => Promise<unknown> {
  return async (asked, token) => {
    const { uri } = asked.textDocument
    const version = documents.get(uri)?.version
    if (!atOnce) await queue.empty()
    const open = documents.get(uri)
    if (!open) return null
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled')
    if (open.version !== version) throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed since')
    try {
      const found = atOnce ? checked.getEarly(open) : checked.get(open)
      return found ? answer(found, asked, context()) : null
    } catch (error) {
      if (error instanceof ResponseError) throw error
      logError(`${request.method} ${uri}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      return null
    }
  }
}
