import type { Machine } from '../../../src/fleet/fleet'
import type { ClientChoice } from '../../../src/remote/client-choice'
import { KeyFiles } from '../../../src/remote/key-files'
import type { Link } from '../../../src/remote/link'
import { openLink as open } from '../../../src/remote/open-link'
import { OpensshSession } from '../../../src/remote/openssh/openssh-session'
import type { SshAbilities } from '../../../src/remote/openssh/ssh-abilities'
import { environment, nobody } from './one-server'

/** A link of its own to a machine that needs nobody to answer and no jump host. */
export async function openLink(
  machine: Machine,
  client: ClientChoice = 'ssh2',
  abilities?: SshAbilities,
): Promise<Link> {
  const openssh = new OpensshSession(nobody, abilities)
  const link = await open(
    machine,
    {
      prompts: nobody,
      environment,
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
