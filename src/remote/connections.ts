import { setMaxListeners } from 'node:events'
import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { type ClientChoice, clientOf } from './client-choice'
import { type Connection, type Connections, type Prompts, RemoteError, sessionEnded } from './connection'
import { JumpHosts } from './jump-hosts'
import { KeyFiles } from './key-files'
import { Limit } from './limit'
import type { Link } from './link'
import { type OpenLinkOptions, openLink } from './open-link'
import { OpensshSession } from './openssh/openssh-session'
import type { SshAbilities } from './openssh/ssh-abilities'
import { SshConnection } from './ssh-connection'
import { sudoPasswords } from './sudo-passwords'

export interface ConnectionsOptions {
  readonly prompts: Prompts
  /** For `SSH_AUTH_SOCK` and `FLEET_OPS_SUDO_PASSWORD`; the process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv
  /** A connection is closed after this much time without work. */
  readonly idleMilliseconds?: number
  /** Called for every connection that is opened. Default: `FLEET_OPS_SSH_CLIENT`. */
  readonly client?: () => ClientChoice
  /** What the system's ssh can do; depends on the platform unless given. */
  readonly abilities?: SshAbilities
}

/** How many connections may be opening at once, over all servers. */
const openingAtOnce = 16

/** All connections of a session: one per machine, opened when first needed, shared, and closed when idle. */
export function createConnections({
  prompts,
  environment = process.env,
  idleMilliseconds = 120_000,
  client = () => clientOf(environment),
  abilities,
}: ConnectionsOptions): Connections {
  const open = new Map<string, Promise<SshConnection>>()
  const opening = new Limit(openingAtOnce)
  const sudo = sudoPasswords(prompts, environment)
  const ended = new AbortController()
  // Every connection that is being opened listens to it.
  setMaxListeners(0, ended.signal)
  const links = linksOf(prompts, environment, abilities, ended.signal)

  async function connect(machine: Machine, key: string, onEnd: () => void): Promise<SshConnection> {
    return opening.run(async () => {
      if (ended.signal.aborted) throw sessionEnded(machine)
      const link = await links.open(machine, choiceFor(machine, client))
      const sudoPassword = sudo(key, machine, link.settings.user)
      return new SshConnection(machine, link, { idleMilliseconds, sudoPassword, onEnd })
    })
  }

  return {
    async to(machine: Machine): Promise<Connection> {
      if (ended.signal.aborted) throw sessionEnded(machine)
      const key = JSON.stringify([machine.name, machine.host, machine.ssh])
      const existing = open.get(key)
      if (existing) {
        const connection = await existing
        connection.keep()
        return connection
      }
      const forget = () => {
        if (open.get(key) === connecting) open.delete(key)
      }
      const connecting = connect(machine, key, forget)
      open.set(key, connecting)
      connecting.catch(forget)
      return connecting
    },
    async dispose() {
      ended.abort()
      const all = await Promise.allSettled(open.values())
      await Promise.all(all.map(settled => (settled.status === 'fulfilled' ? settled.value.close() : undefined)))
      await links.dispose()
    },
  }
}

/** The links of a session, which share its keys, jump hosts and the folder of ssh's sockets. */
function linksOf(
  prompts: Prompts,
  environment: NodeJS.ProcessEnv,
  abilities: SshAbilities | undefined,
  signal: AbortSignal,
) {
  const turns = new Limit(1)
  const openssh = new OpensshSession(prompts, abilities)
  const options: OpenLinkOptions = {
    prompts,
    environment,
    keyFiles: new KeyFiles(prompts.passphrases),
    inTurn: work => turns.run(work),
    signal,
    openssh,
    // Not limited by `openingAtOnce`: sixteen machines waiting for their jump host would leave no slot for it.
    lease: (jump, wishes) => jumps.lease(jump, wishes),
  }
  const jumps = new JumpHosts((jump, { client, waiter }) => openLink(jump, options, client, waiter))
  return {
    open: (machine: Machine, choice: ClientChoice): Promise<Link> => openLink(machine, options, choice),
    /** To be called once those that were opened are closed. */
    async dispose(): Promise<void> {
      await jumps.closed()
      await openssh.dispose()
    },
  }
}

function choiceFor(machine: Machine, client: () => ClientChoice): ClientChoice {
  try {
    return client()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RemoteError(machine.name, 'resolve', `${error.message}.`, {
      cause: error,
      remedy: t('Correct the value, or unset the variable.'),
    })
  }
}
