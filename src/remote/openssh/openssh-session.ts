import { join } from 'node:path'
import type { Prompts } from '../connection'
import { type Askpass, startAskpass } from './askpass'
import { makePrivateFolder, removePrivateFolder } from './private-folder'
import { OpensshSecrets } from './secrets'

/** What the connections of a session that ssh makes have in common: a folder for sockets, and how ssh asks. Made with the first. */
export class OpensshSession {
  readonly secrets: OpensshSecrets
  #made: Promise<{ readonly folder: string; readonly askpass: Askpass }> | undefined
  #count = 0

  constructor(prompts: Pick<Prompts, 'passphrases'>) {
    this.secrets = new OpensshSecrets(prompts.passphrases)
  }

  async askpass(): Promise<Askpass> {
    return (await this.#make()).askpass
  }

  /** A path in the folder that nothing is at, for a socket or a file. */
  async newPath(): Promise<string> {
    const { folder } = await this.#make()
    return join(folder, String(++this.#count))
  }

  /** To be called once no connection is open any more. */
  async dispose(): Promise<void> {
    const made = await this.#made?.catch(() => undefined)
    made?.askpass.close()
    if (made) await removePrivateFolder(made.folder)
  }

  #make() {
    this.#made ??= makePrivateFolder().then(async folder => ({ folder, askpass: await startAskpass(folder) }))
    return this.#made
  }
}
