import type { Machine } from '../../../src/fleet/fleet'
import { KeyFiles } from '../../../src/remote/key-files'
import type { Link } from '../../../src/remote/link'
import { openConnection } from '../../../src/remote/open-connection'
import { ssh2Link } from '../../../src/remote/ssh2-link'

/** A link of its own to a machine that needs nobody to answer and no jump host. */
export async function openLink(machine: Machine): Promise<Link> {
  const { client, settings } = await openConnection(machine, {
    prompts: { trustHostKey: async () => false, secret: async () => undefined },
    environment: { PATH: process.env.PATH },
    keyFiles: new KeyFiles(),
    inTurn: work => work(),
    signal: new AbortController().signal,
    lease: () => Promise.reject(new Error('no jump hosts')),
  })
  return ssh2Link(client, settings)
}
