// The sizes that must not be exceeded, each with why. Printed whenever they are checked.
import { readdirSync, statSync } from 'node:fs'
import { one, sum } from './count.mjs'
import { packageExtension } from './package.mjs'
import { root } from './paths.mjs'

const javascript = () =>
  readdirSync(root('dist'), { recursive: true })
    .filter(name => name.endsWith('.js'))
    .map(name => statSync(root('dist', name)).size)
    .reduce((sum, size) => sum + size, 0)

/** Bytes. */
const budgets = [
  // What every window with a fleet loads before anybody does anything.
  { what: 'dist/extension.js', most: 60_000, measure: () => statSync(root('dist/extension.js')).size },
  // The libraries alone (language client and server 500 kB, ssh2 280 kB, yaml 115 kB, nunjucks 90 kB) are most of it; a chunk is
  // loaded when it is needed first.
  { what: 'all JavaScript', most: 1_700_000, measure: javascript },
  { what: 'the .vsix', most: 1_000_000, measure: async () => statSync(await packageExtension({ built: true })).size },
]

/** Checks dist as it was built last. Answers the counts of tests. */
export async function checkBudgets() {
  const counts = []
  for (const { what, most, measure } of budgets) {
    const size = await measure()
    const isWithin = size <= most
    counts.push(one(isWithin))
    console.log(`${isWithin ? '✔' : '✖'} ${what}: ${(size / 1000).toFixed(1)} kB of ${most / 1000} kB`)
  }
  return sum(...counts)
}
