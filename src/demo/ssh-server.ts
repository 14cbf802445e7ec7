import { timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { answerCommand } from './commands'
import type { SimulatedServer } from './simulated-server'
import { WorkerHttp } from './worker-http'

/** A simulated server's sshd: real SSH on a loopback port, with its own host key, for one user's key. */
export interface SshServer {
  readonly port: number
  dispose(): Promise<void>
}

export interface SshServerOptions {
  /** Private, in OpenSSH's format. */
  readonly hostKey: string
  /** Public, as in authorized_keys. The only one that may log in. */
  readonly userKey: string
  /** The port to take if it is free, so that a fleet.yaml written earlier stays true. */
  readonly preferredPort?: number
  /** The servers that this one reaches over the network, by their addresses. */
  readonly network?: readonly SimulatedServer[]
}

/** Starts the sshd of a simulated server on 127.0.0.1. Throws if no port can be had. */
export async function startSshServer(server: SimulatedServer, options: SshServerOptions): Promise<SshServer> {
  const connections = new Set<Connection>()
  const userKey = ssh2.utils.parseKey(options.userKey)
  if (userKey instanceof Error) throw userKey
  const [allowed] = [userKey].flat()

  const sshd = new ssh2.Server({ hostKeys: [options.hostKey] }, connection => {
    connections.add(connection)
    connection
      .on('close', () => connections.delete(connection))
      .on('error', () => connection.end())
      .on('authentication', context =>
        allowed && isUser(context, allowed) ? context.accept() : context.reject(['publickey']),
      )
      .on('session', accept => {
        accept()
          .on('exec', (acceptCommand, _, { command }) => answerCommand(server, command, acceptCommand()))
          .on('shell', acceptShell => refuseShell(acceptShell()))
          .on('pty', acceptPty => acceptPty?.())
      })
      .on('tcpip', (accept, reject, { destIP, destPort }) => {
        const target = destIP === '127.0.0.1' ? server : options.network?.find(({ address }) => address === destIP)
        const worker = [...(target?.workers.values() ?? [])].find(({ port }) => port === destPort)
        if (target && worker?.answers(Date.now())) new WorkerHttp(target).serve(accept(), worker)
        else reject()
      })
  })
  const port = await listen(sshd, options.preferredPort)
  return {
    port,
    dispose: async () => {
      for (const connection of connections) connection.end()
      await new Promise<void>(closed => sshd.close(() => closed()))
    },
  }
}

function isUser(context: AuthContext, allowed: ssh2.ParsedKey): boolean {
  if (context.method !== 'publickey') return false
  const key = allowed.getPublicSSH()
  if (context.key.data.length !== key.length || !timingSafeEqual(context.key.data, key)) return false
  if (!context.signature || !context.blob) return true
  return allowed.verify(context.blob, context.signature, context.hashAlgo) === true
}

/** There is no shell: says so, and stays open to be read, because an editor closes the terminal of an ssh that ends at once. */
function refuseShell(channel: ServerChannel): void {
  let left = false
  const leave = () => {
    if (left) return
    left = true
    channel.exit(0)
    channel.end()
  }
  channel.on('error', () => {})
  channel.write(
    'This server is simulated: it has no shell. "Show Logs" and every other command work on it.\r\nPress Enter to leave.\r\n',
  )
  // Enter, Ctrl-C or Ctrl-D.
  channel.on('data', (typed: Buffer) => {
    if (['\r', '\n', '\x03', '\x04'].some(key => typed.includes(key))) leave()
  })
  channel.on('end', leave)
}

async function listen(sshd: ssh2.Server, preferred = 0): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number>((listening, failed) => {
      const onError = (error: Error) => failed(error)
      sshd.once('error', onError)
      sshd.listen(port, '127.0.0.1', () => {
        sshd.off('error', onError)
        listening((sshd.address() as AddressInfo).port)
      })
    })
  return preferred === 0 ? attempt(0) : attempt(preferred).catch(() => attempt(0))
}
