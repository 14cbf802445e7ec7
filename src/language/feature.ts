import type { ProtocolRequestType, ServerCapabilities } from 'vscode-languageserver/node'
import type { CheckedDocument } from './checked-document'
import type { ClientSupport } from './client-support'
import type { Question, QuestionPart } from './question'
import type { Surroundings } from './surroundings'

/** What a feature is given besides the question. */
export interface FeatureContext {
  readonly client: ClientSupport
  readonly surroundings: Surroundings
}

/** Something that the server can be asked: one file in `features/`, listed once in `features.ts`. */
export interface Feature<Asked extends Question = Question, Answer = unknown> {
  readonly request: ProtocolRequestType<Asked, Answer | null, never, void, unknown>
  /** The capability that the server announces at `initialize`; undefined for a client that has no use for it. */
  readonly offer: (client: ClientSupport) => ServerCapabilities | undefined
  /** What the question contains besides the document. */
  readonly asks?: readonly QuestionPart[]
  /** The answer, null if there is none. Throws ResponseError with what a person should read; anything else is logged. */
  readonly answer: (checked: CheckedDocument, asked: Asked, context: FeatureContext) => Answer | null
  /**
   * Answered at once, from the text alone, whatever messages are waiting; also for a file whose kind is not clear yet.
   * Other answers need the tree, which is not worth making of a text that is about to change.
   */
  readonly atOnce?: boolean
}

/** Gives a feature the types of its request. */
export function feature<Asked extends Question, Answer, Part, Extra>(
  // biome-ignore lint/suspicious/noExplicitAny: what a request sends in parts, and how it is registered, does not matter here
  made: Omit<Feature<Asked, Answer>, 'request'> & { request: ProtocolRequestType<Asked, any, Part, Extra, any> },
): Feature {
  return made as unknown as Feature
}
