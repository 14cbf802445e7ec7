import { setTimeout as wait } from 'node:timers/promises'

/** Waits until `look` finds something, and answers with it. Throws, with what was waited for, after so many milliseconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | PromiseLike<T | undefined | false>,
  milliseconds = 20_000,
): Promise<T> {
  const end = Date.now() + milliseconds
  while (Date.now() < end) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(100)
  }
  throw new Error(`waited ${milliseconds / 1000} s in vain: ${what}`)
}
