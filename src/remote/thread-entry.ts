import { existsSync } from 'node:fs'

/** Bundled tests lie up to four folders below the thread entry points, the product's chunks one folder below. */
const mostFoldersUp = 4

/**
 * The file of a thread's entry point by its name (esbuild.mjs): in dist, beside the programs and above their shared chunks. Throws if
 * it was not built.
 */
export function threadEntry(name: 'template-worker' | 'unlock-key-worker' | 'askpass-helper'): URL {
  for (let up = 0; up <= mostFoldersUp; up++) {
    const entry = new URL(`./${'../'.repeat(up)}${name}.js`, import.meta.url)
    if (existsSync(entry)) return entry
  }
  throw new Error(`${name}.js is missing beside ${import.meta.url}`)
}
