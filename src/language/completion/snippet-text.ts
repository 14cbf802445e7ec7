/** A text as a snippet has it, where `$`, `}` and `\` mean something else (LSP, "Snippet Syntax"). */
export function snippetText(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&')
}
