import { t } from '@vscode/l10n'
import {
  type CancellationToken,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type TextDocuments,
} from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { CheckedDocuments } from './checked-documents'
import type { Feature, FeatureContext } from './feature'
import type { MessageQueue } from './message-queue'
import { malformedPart, type Question } from './question'

/** The state of a client's session with the server: nothing is answered before `initialize` or after `shutdown`. */
export type SessionPhase = 'starting' | 'open' | 'closed'

/** The sources of answers, and where failures are reported. */
export interface AnswerSources {
  readonly documents: TextDocuments<TextDocument>
  readonly checked: CheckedDocuments
  readonly queue: MessageQueue
  readonly context: () => FeatureContext
  readonly phase: () => SessionPhase
  readonly logError: (message: string) => void
}

/**
 * Answers the questions of one feature: with LSP's error for it before or after the session, and if the
 * question is malformed; with null for a file that is not ours, and if answering fails, which is logged; with an
 * error that clients know and do not show if newer text has made the question obsolete.
 */
export function answering(
  { request, asks = [], answer, atOnce }: Feature,
  { documents, checked, queue, context, phase, logError }: AnswerSources,
): (asked: Question, token: CancellationToken) => Promise<unknown> {
  return async (asked, token) => {
    refuseOutside(phase())
    const malformed = malformedPart(asked, asks)
    if (malformed !== undefined)
      throw new ResponseError(
        ErrorCodes.InvalidParams,
        t('{0}: "{1}" is missing or malformed.', request.method, malformed),
      )
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

function refuseOutside(phase: SessionPhase): void {
  if (phase === 'starting')
    throw new ResponseError(ErrorCodes.ServerNotInitialized, t('Nothing can be asked before "initialize" is answered.'))
  if (phase === 'closed')
    throw new ResponseError(ErrorCodes.InvalidRequest, t('Nothing can be asked after "shutdown".'))
}
