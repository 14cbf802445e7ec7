import { t } from '@vscode/l10n'
import { isMap, isNode, isScalar, isSeq, type Node, parseDocument, type YAMLError } from 'yaml'
import { beyondReason } from './beyond-reason'
import type { Finding } from './finding'
import { keyText } from './node-places'
import { plainValue } from './plain-value'
import type { TextRange } from './text'

/** A text read as YAML, as far as it can be. */
export interface ReadYaml {
  readonly contents: Node | null
  /** The plain value; undefined for an empty text and for one that cannot be read. */
  readonly value: unknown
  /** The errors, in order. */
  readonly syntax: readonly Finding[]
}

/** Errors beyond this many are consequences of the first ones. */
export const mostErrors = 100

/** Reads a text as YAML. Never throws. */
export function readYaml(text: string): ReadYaml {
  const refused = beyondReason(text)
  if (refused) return { contents: null, value: undefined, syntax: [syntaxFinding(refused.range, refused.message)] }
  const conflict = conflictIn(text)
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      merge: true,
      resolveKnownTags: false,
      // The parser compares every key with every other; with many servers the check here is faster.
      uniqueKeys: false,
      logLevel: 'error',
    })
    const contents = isNode(document.contents) ? document.contents : null
    // With merge conflict marks, the errors that the parser finds in both versions together are nobody's mistake.
    if (conflict) return { contents, value: undefined, syntax: [conflict] }
    const syntax = [...document.errors, ...duplicateKeys(document.contents)]
      .toSorted((a, b) => a.pos[0] - b.pos[0])
      .slice(0, mostErrors)
      .map(error => yamlFinding(error, text))
    const read = plainValue(document, text)
    const unreadable = 'message' in read ? [syntaxFinding(read.range, read.message)] : []
    return {
      contents,
      value: 'value' in read ? read.value : undefined,
      syntax: [...syntax, ...unreadable],
    }
  } catch {
    // If the parser throws, nobody meant this as YAML.
    const range = { start: 0, end: Math.min(1, text.length) }
    return { contents: null, value: undefined, syntax: [syntaxFinding(range, t('This cannot be read as YAML.'))] }
  }
}

/** What to do, which the parser's own messages do not say. */
const syntaxHints: Partial<Record<YAMLError['code'], () => string>> = {
  TAB_AS_INDENT: () => t('YAML does not allow a tab for indentation. Use spaces.'),
  DUPLICATE_KEY: () => t('This key is given twice. Remove one, or put what both hold under the first.'),
  MULTIPLE_DOCS: () => t('A fleet.yaml holds one document. Move what follows `---` to a file of its own.'),
  BAD_INDENT: () => t('The indentation does not match the keys around it.'),
  MULTILINE_IMPLICIT_KEY: () =>
    t(
      'A key and its colon stand on one line. Give the line above a colon, or put quotes around a text of several lines.',
    ),
  BLOCK_AS_IMPLICIT_KEY: () =>
    t(
      'A key has one value. Put quotes around a text with a colon in it, or move the second key to a line of its own, in line with the others.',
    ),
  MISSING_CHAR: () => t('Something is missing here, such as a closing quote, a colon or a bracket.'),
}

/** The parser has one message for brackets that do not end and those that are indented too little. */
const bracketHint = (): string =>
  t('A bracket is not closed here, or what stands in it is not indented deeper than its key. Close it, or indent it.')

/** What the parser says about a place. */
export type YamlProblem = Pick<YAMLError, 'code' | 'message' | 'pos'>

/** A key that a map has already. */
export function duplicateKey(key: Node): YamlProblem {
  const [start] = key.range ?? [0]
  return { code: 'DUPLICATE_KEY', message: 'Map keys must be unique', pos: [start, start + 1] }
}

function duplicateKeys(contents: unknown): readonly YamlProblem[] {
  const found: YamlProblem[] = []
  const look = (node: unknown) => {
    if (isSeq(node)) node.items.forEach(look)
    if (!isMap(node)) return
    // In the plain value 1 and "1" are the same key, and the second would replace the first.
    const keys = new Set<string>()
    for (const { key, value } of node.items) {
      const name = keyText(key)
      if (isScalar(key) && name !== '<<' && keys.size === keys.add(name).size) found.push(duplicateKey(key))
      look(value)
    }
  }
  look(contents)
  return found
}

/** An error of the parser as a finding in the text that it was found in. */
export function yamlFinding(error: YamlProblem, text: string): Finding {
  // Underline the last character for what is missing at the end: there is nothing after it to underline.
  const last = Math.max(0, text.trimEnd().length - 1)
  const [start, end] = error.pos[0] < text.length ? error.pos : [last, last + 1]
  // The parser points at the first character of a key; a person looks for the key.
  const word = error.code === 'DUPLICATE_KEY' ? (/^[^\s:,}]+/.exec(text.slice(start))?.[0].length ?? 1) : 1
  const isBracket = /^Flow .* end with a [\]}]$/.test(error.message)
  const message = isBracket ? bracketHint() : syntaxHints[error.code]?.()
  return syntaxFinding(
    { start, end: Math.min(Math.max(end, start + word), text.length) },
    message ? `${message} (${error.message})` : error.message,
  )
}

/** A line that Git leaves where two versions could not be merged (git-merge, "How conflicts are presented"). */
const conflictMark = /^(?:<{7}|\|{7}|>{7})(?=[ \r\n]|$).*|^={7}(?=\r?$)/m

function conflictIn(text: string): Finding | undefined {
  const mark = conflictMark.exec(text)
  return mark
    ? syntaxFinding(
        { start: mark.index, end: mark.index + mark[0].trimEnd().length },
        t(
          'A merge has left two versions here, between <<<<<<< and >>>>>>>. Keep one of them, and remove the lines of marks.',
        ),
      )
    : undefined
}

const syntaxFinding = (range: TextRange, message: string): Finding => ({
  code: 'yaml-syntax',
  severity: 'error',
  range,
  message,
  related: [],
  fixes: [],
})
