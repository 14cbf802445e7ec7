import { readFileSync } from 'node:fs'

/** A translation into a language in which every message is the English one in brackets: what comes without them was never translated. */
export function pseudoTranslation(): Record<string, string> {
  const english: Record<string, string> = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8'))
  return Object.fromEntries(Object.entries(english).map(([message, text]) => [message, `⟦${text}⟧`]))
}

/** What of a text has words outside of brackets; code between backticks has none that a person reads. Empty where all is translated. */
export function untranslated(text: string): string {
  let left = text.replace(/```[\s\S]*?```/g, '')
  for (let before = ''; before !== left; ) {
    before = left
    left = left.replace(/⟦[^⟦⟧]*⟧/g, '')
  }
  left = left.replace(/`[^`]*`/g, '')
  return /\p{Letter}{2}/u.test(left) ? left.trim() : ''
}
