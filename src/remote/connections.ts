import { setMaxListeners } from 'node:events'
import type { Machine } from '../fleet/fleet'
import { type Connection, type Connections, type Prompts, RemoteError } from './connection'
import { JumpHosts } from './jump-hosts'
import { KeyFiles } from './key-files'
import { Limit } from './limit'
import { type OpenOptions, openConnection } from './open-connection'
import { SshConnection } from './ssh-connection'
import { ssh2Link } from './ssh2-link'
import { sudoPasswords } from './sudo-passwords'

export interface ConnectionsOptions {
  readonly prompts: Prompts
  /** For `SSH_AUTH_SOCK` and `FLEET_OPS_SUDO_PASSWORD`; the process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv
  /** After so much time without work a connection is closed. */
  readonly idleMilliseconds?: number
}

/** So many connections are being opened at once, to all servers together. */
const openingAtOnce = 16

/** Every connection of a session: one a machine, opened when first needed, shared, and closed when idle. */
export function createConnections({
  prompts,
  environment = process.env,
  idleMilliseconds = 120_000,
}: ConnectionsOptions): Connections {
  const open = new Map<string, Promise<SshConnection>>()
  const opening = new Limit(openingAtOnce)
  const sudo = sudoPasswords(prompts, environment)
  const ended = new AbortController()
  // Each of those that are being opened listens to it.
  setMaxListeners(0, ended.signal)
  const turns = new Limit(1)
  const options: OpenOptions = {
    prompts,
    environment,
    keyFiles: new KeyFiles(prompts.passphrases),
    inTurn: work => turns.run(work),
    signal: ended.signal,
    // Not within `opening`: sixteen machines that wait for their jump host would leave it no place.
    lease: (jump, waiter) => jumps.lease(jump, waiter),
  }
  const jumps = new JumpHosts((jump, key) => openConnection(jump, options, key))

  async function connect(machine: Machine, key: string, onEnd: () => void): Promise<SshConnection> {
    return opening.run(async () => {
      if (ended.signal.aborted) throw sessionEnded(machine)
      const opened = await openConnection(machine, options)
      const sudoPassword = sudo(key, machine, opened.settings.user)
      return new SshConnection(machine, ssh2Link(opened.client, opened.settings), {
        idleMilliseconds,
        sudoPassword,
        onEnd,
      })
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
    },
  }
}

const sessionEnded = (machine: Machine) => new RemoteError(machine.name, 'connect', 'The session has ended.')
