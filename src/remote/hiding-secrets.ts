/** The variables that secrets are given in, and whose values nothing may write down. */
export const secretVariables = ['FLEET_OPS_SUDO_PASSWORD', 'FLEET_OPS_VOXBRIDGE_TOKEN'] as const

/** A shorter value is left alone: it would be found in the middle of any word. */
const shortestSecret = 4

/**
 * Puts "(a secret)" in the place of every secret in a text, also of one of several words that has been broken into lines. Made once for
 * many texts.
 */
export function hidingSecrets(secrets: Iterable<string>): (text: string) => string {
  const patterns = [...secrets]
    .filter(secret => secret.trim().length >= shortestSecret)
    // One that holds another goes first.
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
