import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeLeftFolders } from './left-folders'

/**
 * A socket's path has room for 104 bytes on some systems (unix(4)), and ssh makes its own with 17 more behind it before it
 * renames it (mux.c, muxserver_listen).
 */
const longestFolder = 56

/** ssh expands `%` and `${…}` in such a path, and a space would end it. */
const isPlain = (path: string) => /^[\w./-]+$/.test(path)

/** No socket is made on Windows, and there is no other folder than the user's own. */
const isUsable = (path: string) => process.platform === 'win32' || (isPlain(path) && path.length <= longestFolder)

/**
 * Makes a folder that is its owner's alone (mkdtemp(3)), for sockets, and removes those that programs have left which were killed. Its
 * name has this process's number, by which it is known then.
 */
export async function makePrivateFolder(): Promise<string> {
  const base = [tmpdir()].find(isUsable) ?? '/tmp'
  await removeLeftFolders(base)
  return mkdtemp(join(base, `fleet-ops-${process.pid}-`))
}

/** Removes it with all that is in it. */
export const removePrivateFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
