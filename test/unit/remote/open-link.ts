import type { Machine } from '../../../src/fleet/fleet'
import type { ClientChoice } from '../../../src/remote/client-choice'
import type { Prompts } from '../../../src/remote/connection'
import { KeyFiles } from '../../../src/remote/key-files'
import type { Link } from '../../../src/remote/link'
import { openLink as open } from '../../../src/remote/open-link'
import { OpensshSession } from '../../../src/remote/openssh/openssh-session'

/** A link of its own to a machine that needs nobody to answer and no jump host. */
export async function openLink(machine: Machine, client: ClientChoice = 'ssh2'): Promise<Link> {
  const prompts: Prompts = { trustHostKey: async () => false, secret: async () => undefined }
  const openssh = new OpensshSession(prompts)
  const link = await open(
    machine,
    {
      prompts,
      environment: { PATH: process.env.PATH },
      keyFiles: new KeyFiles(),
      openssh,
      inTurn: work => work(),
      signal: new AbortController().signal,
      lease: () => Promise.reject(new Error('no jump hosts')),
    },
    client,
  )
  void link.closed.then(() => openssh.dispose())
  return link
}
