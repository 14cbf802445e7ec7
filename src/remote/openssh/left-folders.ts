import { lstat, readdir, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

/** The name of a private folder, with the process id of its creator. */
const privateFolder = /^fleet-ops-(\d+)-\w{6}$/

/** The socket on which a program answers ssh's questions while it runs (askpass.ts). */
export const askingSocket = 'ask'

/**
 * Removes private folders in `base` left by programs that were killed before they could remove them. Only this user's folders are
 * removed, and symbolic links are not followed. Never throws: a folder that stays does no harm.
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
    // A container that shares this folder has its own process ids.
    if (await answers(join(folder, askingSocket))) return
    await rm(folder, { recursive: true, force: true })
  } catch {
    // Another program has removed it, or is using it.
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
