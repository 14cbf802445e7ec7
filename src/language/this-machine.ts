import { existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSshHosts } from './ssh-hosts'
import type { Surroundings } from './surroundings'

/** The page beside dist/, in the repository and in the extension as it is installed. */
const findingsPage = new URL('../docs/findings.md', import.meta.url)

/** The surroundings of the open texts on the machine that the server runs on. Read again each time: it is little, and may change. */
export const thisMachine: Surroundings = {
  sshHosts: () => readSshHosts(homedir()),
  filesBeside: (uri, ending) => {
    try {
      const folder = dirname(fileURLToPath(uri))
      return readdirSync(folder)
        .filter(name => name.endsWith(ending))
        .sort()
    } catch {
      // Not a file on this machine, or its folder cannot be read.
      return []
    }
  },
  isFile: path => {
    try {
      return statSync(path).isFile()
    } catch {
      // It does not exist, or its folder cannot be read.
      return false
    }
  },
  home: homedir(),
  ...(existsSync(findingsPage) ? { findingsPage: findingsPage.href } : {}),
}
