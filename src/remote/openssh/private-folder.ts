import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeLeftFolders } from './left-folders'

/**
 * A socket's path is limited to 104 bytes on some systems (unix(4)), and ssh first creates its socket under a name 17 bytes longer
 * (mux.c, muxserver_listen).
 */
const longestFolder = 56

/** ssh expands `%` and `${…}` in such a path, and a space would end it. */
const isPlain = (path: string) => /^[\w./-]+$/.test(path)

/** On Windows no sockets are created, and the only temporary folder is the user's own. */
const isUsable = (path: string) => process.platform === 'win32' || (isPlain(path) && path.length <= longestFolder)

/**
 * Makes a folder for sockets that only its owner can access (mkdtemp(3)), and removes those that killed programs have left behind. Its
 * name contains this process's id, by which such leftovers are recognized.
 */
export async function makePrivateFolder(): Promise<string> {
  const temporary = tmpdir()
  const base = isUsable(temporary) ? temporary : '/tmp'
  await removeLeftFolders(base)
  return mkdtemp(join(base, `fleet-ops-${process.pid}-`))
}

/** Removes it and everything in it. */
export const removePrivateFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
