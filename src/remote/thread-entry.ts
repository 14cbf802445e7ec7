import { existsSync } from 'node:fs'

/** Tests are bundled up to four folders below the entry points of threads, chunks of the product one. */
const mostFoldersUp = 4

/**
 * The file of a thread's entry point by its name (esbuild.mjs): it lies in dist, beside the programs and above the chunks that
 * they share. Throws if it was not built.
 */
export function threadEntry(name: 'template-worker' | 'unlock-key-worker' | 'askpass-helper'): URL {
  for (let up = 0; up <= mostFoldersUp; up++) {
    const entry = new URL(`./${'../'.repeat(up)}${name}.js`, import.meta.url)
    if (existsSync(entry)) return entry
  }
  throw new Error(`${name}.js is missing beside ${import.meta.url}`)
}
