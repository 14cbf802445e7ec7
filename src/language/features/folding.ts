import { type FoldingRange, FoldingRangeKind, FoldingRangeRequest } from 'vscode-languageserver/node'
import { feature } from '../feature'

/** What can be folded: keys with what is indented below them, comments of several lines, and `# region` to `# endregion`. */
export const folding = feature({
  request: FoldingRangeRequest.type,
  offer: client => (client.knows('foldingRange') ? { foldingRangeProvider: true } : undefined),
  answer: ({ text }): FoldingRange[] => {
    const lines = text.split(/\r\n|\n|\r/)
    return [...blocks(lines), ...comments(lines), ...regions(lines)]
  },
})

const isComment = (line: string): boolean => /^\s*#/.test(line)

/** By indentation, so that broken text folds too. Blank lines and comments at the end stay outside. */
function blocks(lines: readonly string[]): FoldingRange[] {
  const found: FoldingRange[] = []
  const open: { readonly line: number; readonly indentation: number }[] = []
  let last = 0
  const closeTo = (indentation: number) => {
    while ((open.at(-1)?.indentation ?? -1) >= indentation) {
      const startLine = open.pop()?.line ?? 0
      if (last > startLine) found.push({ startLine, endLine: last })
    }
  }
  for (const [number, line] of lines.entries()) {
    if (line.trim() === '' || isComment(line)) continue
    const indentation = line.length - line.trimStart().length
    // A list may be as far left as its key (YAML 1.2.2, 8.2.1).
    const isItem = /^\s*- /.test(line)
    closeTo(isItem ? indentation + 0.5 : indentation)
    open.push({ line: number, indentation: isItem ? indentation + 0.5 : indentation })
    last = number
  }
  closeTo(0)
  return found
}

function comments(lines: readonly string[]): FoldingRange[] {
  const found: FoldingRange[] = []
  for (let start = 0; start < lines.length; start++) {
    let end = start
    while (isComment(lines[end] ?? '')) end += 1
    if (end - start > 1) found.push({ startLine: start, endLine: end - 1, kind: FoldingRangeKind.Comment })
    start = Math.max(start, end)
  }
  return found
}

function regions(lines: readonly string[]): FoldingRange[] {
  const found: FoldingRange[] = []
  const open: number[] = []
  for (const [number, line] of lines.entries()) {
    if (/^\s*#\s*region\b/.test(line)) open.push(number)
    const startLine = /^\s*#\s*endregion\b/.test(line) ? open.pop() : undefined
    if (startLine !== undefined) found.push({ startLine, endLine: number, kind: FoldingRangeKind.Region })
  }
  return found
}
