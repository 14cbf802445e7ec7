/** The environment variables that carry secrets: their values must never be written anywhere. */
export const secretVariables = ['FLEET_OPS_SUDO_PASSWORD', 'FLEET_OPS_VOXBRIDGE_TOKEN'] as const

/** Shorter values are not hidden: they would match inside ordinary words. */
const shortestSecret = 4

/**
 * Replaces every secret in a text with "(a secret)", including secrets of several words that were wrapped over lines. Create it once
 * for many texts.
 */
export function hidingSecrets(secrets: Iterable<string>): (text: string) => string {
  const patterns = [...secrets]
    .filter(secret => secret.trim().length >= shortestSecret)
    // A secret that contains another is replaced first.
    .toSorted((one, other) => other.length - one.length)
    .map(patternOf)
  if (patterns.length === 0) return text => text
  const anyOf = new RegExp(patterns.join('|'), 'g')
  return text => text.replace(anyOf, '(a secret)')
}

const patternOf = (secret: string): string =>
  secret
    .trim()
    .split(/\s+/)
    .map(word => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('\\s+')
