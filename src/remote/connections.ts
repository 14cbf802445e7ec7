import type { Machine } from '../fleet/fleet'
import type { Connection, Connections, Prompts } from './connection'
import { RemoteError } from './connection'
import { Limit } from './limit'
import { openConnection } from './open-connection'
import { SshConnection } from './ssh-connection'

export interface ConnectionsOptions {
  readonly prompts: Prompts
  /** For `SSH_AUTH_SOCK` and `FLEET_OPS_SUDO_PASSWORD`; the process's own unless given. */
  readonly environment?: NodeJS.ProcessEnv
  /** After so much time without work a connection is closed. */
  readonly idleMilliseconds?: number
}

/** sshd lets ten connections wait to log in, and refuses some beyond (sshd_config(5), MaxStartups): this many to all servers. */
const openingAtOnce = 16

/** Every connection of a session: one a machine, opened when first needed, shared, and closed when idle. */
export function createConnections({
  prompts,
  environment = process.env,
  idleMilliseconds = 60_000,
}: ConnectionsOptions): Connections {
  const open = new Map<string, Promise<SshConnection>>()
  const opening = new Limit(openingAtOnce)
  // Where several servers have one password, it is asked for once for each: they may differ.
  const sudoPasswords = new Map<string, string>()
  let disposed = false

  async function connect(machine: Machine, key: string): Promise<SshConnection> {
    const leave = await opening.enter()
    try {
      const opened = await openConnection(machine, { prompts, environment })
      const connection = new SshConnection(machine, opened, {
        idleMilliseconds,
        sudoPassword: async wrong => {
          if (environment.FLEET_OPS_SUDO_PASSWORD !== undefined)
            return wrong ? undefined : environment.FLEET_OPS_SUDO_PASSWORD
          const remembered = wrong ? undefined : sudoPasswords.get(key)
          const password =
            remembered ??
            (await prompts.secret({
              machine: machine.name,
              reason: `sudo password of ${opened.settings.user}`,
              echo: false,
            }))
          if (password !== undefined) sudoPasswords.set(key, password)
          return password
        },
        onClose: () => open.delete(key),
      })
      if (disposed) await connection.close()
      return connection
    } finally {
      leave()
    }
  }

  return {
    to(machine: Machine): Promise<Connection> {
      if (disposed) return Promise.reject(new RemoteError(machine.name, 'connect', 'The session has ended.'))
      // Two machines with one name may not share a connection, and one machine with two users may not either.
      const key = JSON.stringify([machine.name, machine.host, machine.ssh])
      const existing = open.get(key)
      if (existing) return existing
      const connecting = connect(machine, key)
      open.set(key, connecting)
      connecting.catch(() => open.delete(key))
      return connecting
    },
    async dispose() {
      disposed = true
      const all = await Promise.allSettled(open.values())
      await Promise.all(all.map(settled => (settled.status === 'fulfilled' ? settled.value.close() : undefined)))
    },
  }
}
