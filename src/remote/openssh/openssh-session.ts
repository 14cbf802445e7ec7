import { join } from 'node:path'
import type { Prompts } from '../connection'
import { Limit } from '../limit'
import type { MachineSettings } from '../machine-settings'
import { type Askpass, startAskpass } from './askpass'
import { makePrivateFolder, removePrivateFolder } from './private-folder'
import { OpensshSecrets } from './secrets'
import { type SshAbilities, sshAbilities } from './ssh-abilities'

/** An sshd begins to turn away those that come where ten are not logged in yet (sshd_config(5), MaxStartups). */
const loginsAtOnce = 8

/** What all ssh connections of a session share: a folder for sockets, and how ssh asks questions. Created with the first one. */
export class OpensshSession {
  readonly secrets: OpensshSecrets
  readonly abilities: SshAbilities
  readonly #logins = new Map<string, Limit>()
  #folder: Promise<string> | undefined
  #askpass: Promise<Askpass> | undefined
  #count = 0

  constructor(prompts: Pick<Prompts, 'passphrases'>, abilities: SshAbilities = sshAbilities(process.platform)) {
    this.secrets = new OpensshSecrets(prompts.passphrases)
    this.abilities = abilities
  }

  /** Undefined if ssh cannot ask here. */
  async askpass(): Promise<Askpass | undefined> {
    if (!this.abilities.asks) return undefined
    this.#askpass ??= this.#make().then(startAskpass)
    return this.#askpass
  }

  /** The places of those that log in to a host at once, or to what is behind it. */
  loginsTo({ hostName, port }: Pick<MachineSettings, 'hostName' | 'port'>): Limit {
    const host = JSON.stringify([hostName, port])
    const logins = this.#logins.get(host) ?? new Limit(loginsAtOnce)
    this.#logins.set(host, logins)
    return logins
  }

  /** An unused path in the folder, for a socket or a file. */
  async newPath(): Promise<string> {
    return join(await this.#make(), String(++this.#count))
  }

  /** To be called once no connection is open any more. */
  async dispose(): Promise<void> {
    const askpass = await this.#askpass?.catch(() => undefined)
    askpass?.close()
    const folder = await this.#folder?.catch(() => undefined)
    if (folder !== undefined) await removePrivateFolder(folder)
  }

  #make(): Promise<string> {
    this.#folder ??= makePrivateFolder()
    return this.#folder
  }
}
