import { randomUUID } from 'node:crypto'
import { link, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Writes a file so that nobody ever reads half of it, not even after a power cut: beside its place first, flushed to the disk, and
 * then renamed over it (rename(2) replaces in one step). A symbolic link goes on pointing to the real file.
 * Throws file system errors; then the file is as it was.
 * @param mode its permissions; without it, those of the file that it replaces, or those of any new file
 */
export async function replaceWholeFile(path: string, text: string, mode?: number): Promise<void> {
  const real = await realpath(path).catch(() => path)
  const { mode: before } = await stat(real).catch(() => ({ mode: newFileMode() }))
  await moveInPlace(real, text, mode ?? before, rename)
}

/**
 * Writes a file that does not exist yet, whole as above. Never replaces one, even one created meanwhile (link(2), unlike rename(2),
 * fails if its name is taken). Throws file system errors, including EEXIST.
 */
export async function createWholeFile(path: string, text: string): Promise<void> {
  await moveInPlace(path, text, newFileMode(), async (from, to) => {
    try {
      await link(from, to)
    } catch (error) {
      if (!withoutLinks.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      await moveWithoutLink(from, to)
    }
  })
}

/** What file systems without hard links answer, such as FAT, exFAT and some network shares. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** Takes the name with an empty file, which fails if it is taken, and replaces that with the whole one. */
async function moveWithoutLink(from: string, to: string): Promise<void> {
  await (await open(to, 'wx')).close()
  try {
    await rename(from, to)
  } catch (error) {
    await rm(to, { force: true })
    throw error
  }
}

const newFileMode = () => 0o666 & ~process.umask()

async function moveInPlace(
  path: string,
  text: string,
  mode: number,
  move: (from: string, to: string) => Promise<void>,
): Promise<void> {
  const beside = join(dirname(path), `.fleet-ops-${randomUUID()}.tmp`)
  try {
    const file = await open(beside, 'wx', mode)
    try {
      await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await move(beside, path)
  } finally {
    await rm(beside, { force: true })
  }
}
