/** The variables that secrets are given in, and whose values nothing may write down. */
export const secretVariables = ['FLEET_OPS_SUDO_PASSWORD', 'FLEET_OPS_VOXBRIDGE_TOKEN'] as const

/** A shorter value is left alone: it would be found in the middle of any word. */
const shortestSecret = 4

/** A text with "(a secret)" in the place of every secret, also of one of several words that has been broken into lines. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  const patterns = [...secrets]
    .filter(secret => secret.trim().length >= shortestSecret)
    // One that holds another goes first.
    .toSorted((one, other) => other.length - one.length)
    .map(patternOf)
  return patterns.length === 0 ? text : text.replace(new RegExp(patterns.join('|'), 'g'), '(a secret)')
}

const patternOf = (secret: string): string =>
  secret
    .trim()
    .split(/\s+/)
    .map(word => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('\\s+')
