import { lstat, readdir, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

/** The name of a private folder, with the number of the process that made it. */
const privateFolder = /^fleet-ops-(\d+)-\w{6}$/

/** The socket at which a program answers what ssh asks, for as long as it lives (askpass.ts). */
export const askingSocket = 'ask'

/**
 * Removes the private folders in `base` of programs that are no more: they were killed, and had no time to. Only the folders of this
 * user go, and nothing that links lead to. Never throws: one that stays does no harm.
 */
export async function removeLeftFolders(base: string): Promise<void> {
  const names = await readdir(base).catch(() => [])
  await Promise.all(names.map(name => removeIfLeft(join(base, name), Number(privateFolder.exec(name)?.[1]))))
}

async function removeIfLeft(folder: string, pid: number): Promise<void> {
  if (!Number.isInteger(pid) || pid === 0 || isRunning(pid)) return
  try {
    const found = await lstat(folder)
    if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) return
    // Whoever shares this folder from a container of its own has other numbers.
    if (await answers(join(folder, askingSocket))) return
    await rm(folder, { recursive: true, force: true })
  } catch {
    // Somebody else has removed it, or has it in use.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise(done => {
    const socket = createConnection(socketPath)
    const end = (isThere: boolean) => {
      socket.destroy()
      done(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
