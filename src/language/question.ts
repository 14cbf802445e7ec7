import type { Position, Range } from 'vscode-languageserver/node'

/** A question about one document, as all of ours are. */
export interface Question {
  readonly textDocument: { readonly uri: string }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const isPosition = (value: unknown): boolean => {
  const { line, character } = (isObject(value) ? value : {}) as Partial<Position>
  return typeof line === 'number' && typeof character === 'number'
}

const isRange = (value: unknown): boolean => {
  const { start, end } = (isObject(value) ? value : {}) as Partial<Range>
  return isPosition(start) && isPosition(end)
}

/** What questions contain besides their document, and how to check that it is complete. */
const parts = {
  position: isPosition,
  positions: (value: unknown) => Array.isArray(value) && value.every(isPosition),
  range: isRange,
  context: isObject,
  options: isObject,
  newName: (value: unknown) => typeof value === 'string',
}

export type QuestionPart = keyof typeof parts

/** The name of the first part of a question that is missing or malformed; undefined if it is complete. */
export function malformedPart(asked: unknown, needed: readonly QuestionPart[]): string | undefined {
  const { textDocument, ...given } = (isObject(asked) ? asked : {}) as Partial<Question> & Record<string, unknown>
  if (typeof textDocument?.uri !== 'string') return 'textDocument'
  return needed.find(part => !parts[part](given[part]))
}
