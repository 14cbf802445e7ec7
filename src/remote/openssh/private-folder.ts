import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A socket's path has room for 104 bytes on some systems (unix(4)), and ssh makes its own with 17 more behind it before it
 * renames it (mux.c, muxserver_listen).
 */
const longestFolder = 64

/** ssh expands `%` and `${…}` in such a path, and a space would end it. */
const isPlain = (path: string) => /^[\w./-]+$/.test(path)

/** Makes a folder that is its owner's alone (mkdtemp(3)), for sockets. */
export function makePrivateFolder(): Promise<string> {
  const [base = '/tmp'] = [tmpdir(), '/tmp'].filter(path => isPlain(path) && path.length <= longestFolder)
  return mkdtemp(join(base, 'fleet-ops-'))
}

/** Removes it with all that is in it. */
export const removePrivateFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
