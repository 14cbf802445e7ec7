import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { SshLog } from './ssh-log'

/** In milliseconds. */
const lookInterval = 100

/** What an ssh has written to its log file so far (ssh(1), -E). */
export async function readLog(path: string): Promise<SshLog> {
  const log = new SshLog()
  const written = await readFile(path, 'utf8').catch(() => '')
  for (const line of written.split(/\r?\n/)) log.take(line)
  return log
}

/** Resolves once `isSo` of what an ssh writes to this log file, or once it has ended. */
export async function untilLog(path: string, isSo: (log: SshLog) => boolean, ended: Promise<void>): Promise<void> {
  let hasEnded = false
  const end = ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded && !isSo(await readLog(path))) await Promise.race([end, sleep(lookInterval)])
}
