import { Scanner } from './scanner'

/** The names of the servers of a text, complete or half typed, in order. */
export function serverNames(text: string): readonly string[] {
  const names: string[] = []
  const scanner = new Scanner(text, ([top, servers, ...deeper]) => {
    if (top?.key === 'servers' && servers?.key !== undefined && deeper.length === 0) names.push(servers.key)
  })
  scanner.readTo(text.length)
  return [...new Set(names)]
}
