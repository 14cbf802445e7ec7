/** A text escaped for a snippet, where `$`, `}` and `\` have a meaning (LSP, "Snippet Syntax"). */
export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&')
}
