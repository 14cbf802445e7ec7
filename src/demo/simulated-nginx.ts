/** One `server` line of an upstream block, as the simulated nginx balances over it. */
export interface UpstreamLine {
  readonly address: string
  readonly down: boolean
}

/**
 * What `nginx -t` would complain of, or undefined. It knows no more of nginx than a demo needs: braces in balance, every
 * directive ended, and upstreams with a server.
 */
export function configurationError(text: string): string | undefined {
  const bare = text.replace(/#.*/g, '')
  let depth = 0
  for (const [index, line] of bare.split('\n').entries()) {
    const trimmed = line.trim()
    depth += (line.match(/{/g)?.length ?? 0) - (line.match(/}/g)?.length ?? 0)
    if (depth < 0) return `unexpected "}" in line ${index + 1}`
    if (trimmed !== '' && !/[;{}]$/.test(trimmed))
      return `directive "${trimmed.split(/\s/)[0]}" is not terminated by ";" in line ${index + 1}`
  }
  if (depth > 0) return 'unexpected end of file, expecting "}"'
  if (upstreamLines(bare).length === 0) return 'no servers are inside upstream'
  return undefined
}

/** The server lines of every upstream in a configuration. */
export function upstreamLines(text: string): UpstreamLine[] {
  return [...text.replace(/#.*/g, '').matchAll(/\bserver\s+([^\s;{]+)([^;{]*);/g)].map(
    ([, address = '', parameters = '']) => ({
      address,
      down: /\bdown\b/.test(parameters),
    }),
  )
}
