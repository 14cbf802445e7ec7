import { structuredPatch } from 'diff'

/** A line of a diff as people read it: `+` is added, `-` is removed, a space stays, and `@` heads a hunk. */
export interface DiffLine {
  readonly kind: '+' | '-' | ' ' | '@'
  readonly text: string
}

/** The unified diff of two texts with three lines around each change; empty if they are equal. */
export function unifiedDiff(before: string, after: string): readonly DiffLine[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 3 })
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    { kind: '@' as const, text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` },
    ...lines
      .filter(line => !line.startsWith('\\'))
      .map(line => ({ kind: line.charAt(0) as DiffLine['kind'], text: line.slice(1).replace(/\r$/, '') })),
  ])
}
