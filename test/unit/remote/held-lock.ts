import { randomUUID } from 'node:crypto'
import type { Connection, RunningScript } from '../../../src/remote/connection'

/** The fleet of the tests on hosts. */
export const fleet = 'quick'

/** As often as a run, on hosts where thirty seconds of silence are three. */
const beatMilliseconds = 500

/** A fleet's lock, taken with the `lock` script as a run takes it. */
export interface HeldLock {
  readonly token: string
  readonly script: RunningScript
  /** Is not heard any more, or again. */
  fallSilent(): void
  speak(): void
  /** Ends the run well. */
  release(): Promise<void>
  /** Goes away without a word, and waits until the guardian has noticed. */
  leave(): Promise<void>
}

/** The first line that the script prints is `locked`, or `busy …`. */
export async function firstLine(script: RunningScript): Promise<string> {
  for await (const line of script.lines) return line
  const { exitCode, stderr } = await script.result
  throw new Error(`the lock script ended with ${exitCode}: ${stderr}`)
}

export async function takeLock(
  connection: Connection,
  token: string = randomUUID(),
  { beats = true } = {},
): Promise<HeldLock> {
  const owner = Buffer.from('alice@laptop').toString('base64')
  const script = await connection.start('lock', [fleet, token, owner, 'restart'])
  const said = await firstLine(script)
  if (said !== 'locked') throw new Error(said)
  let beat: NodeJS.Timeout | undefined
  const fallSilent = () => clearInterval(beat)
  const speak = () => {
    script.write('beat\n')
    beat = setInterval(() => script.write('beat\n'), beatMilliseconds)
  }
  if (beats) speak()
  script.result.then(fallSilent, fallSilent)
  return {
    token,
    script,
    fallSilent,
    speak,
    async release() {
      script.write('done\n')
      script.end()
      const { exitCode, stderr } = await script.result
      if (exitCode !== 0) throw new Error(`the lock script ended with ${exitCode}: ${stderr}`)
    },
    async leave() {
      script.end()
      await script.result
    },
  }
}

/** Waits until something is so. Throws after a minute. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await isSo()) return
    await new Promise(done => setTimeout(done, 50))
  }
  throw new Error(`it never came to be that ${what}`)
}
