import { join } from 'node:path'
import type { Machine } from '../../../src/fleet/fleet'
import type { Prompts } from '../../../src/remote/connection'
import { makeKey, publicKey } from '../../quick/keys'
import { type Sshd, startSshd } from '../../quick/sshd'

/** Nobody is there to answer. */
export const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }

/** With no agent, no Kerberos ticket, and nothing else of whoever runs the tests. */
export const environment: NodeJS.ProcessEnv = { PATH: process.env.PATH, KRB5CCNAME: 'FILE:/dev/null' }

/** An sshd in a folder, as a machine whose host key is known and that lets a key without a passphrase in. */
export interface OneServer {
  readonly sshd: Sshd
  readonly machine: Machine
}

/** `journalctl` is the program that the script `journal` runs there. */
export async function startOneServer(folder: string, journalctl: string): Promise<OneServer> {
  const key = makeKey(join(folder, 'id'))
  const sshd = await startSshd(folder, { authorizedKeys: publicKey(key), programs: { journalctl } })
  const ssh = { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts }
  return { sshd, machine: { name: 'core-1', host: '127.0.0.1', ssh } }
}
