import type { ConnectionsOptions } from '../../../src/remote/connections'
import { programPath } from '../../quick/server-process'

type ClientWishes = Required<Pick<ConnectionsOptions, 'client' | 'abilities'>>

/** What a connection can be made with: what holds for one of them holds for all. */
export interface TestedClient extends ClientWishes {
  readonly name: string
  /** Whether all work goes over one connection. */
  readonly sharesConnections: boolean
  /** Why a suite is skipped, or false. */
  readonly skip: string | false
}

const missing = ['ssh', 'sshd'].find(name => !programPath(name))
const skip = missing === undefined ? false : `${missing} is not installed`

const ssh = (name: string, sharesConnections: boolean): TestedClient => ({
  name,
  client: () => 'openssh',
  abilities: { sharesConnections, asks: true },
  sharesConnections,
  skip,
})

/** The system's ssh, with one connection for all, and as on Windows with a process a command. */
export const opensshClients: readonly TestedClient[] = [
  ssh('openssh', true),
  ssh('openssh, a process a command', false),
]

export const clients: readonly TestedClient[] = [
  { ...ssh('ssh2', true), client: () => 'ssh2', skip: programPath('sshd') ? false : 'sshd is not installed' },
  ...opensshClients,
]
