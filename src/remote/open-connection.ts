import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import type { Machine } from '../fleet/fleet'
import { authenticate, loginRefused } from './authentication'
import { type Prompts, RemoteError } from './connection'
import { type HostKeys, readHostKeys } from './host-key'
import { type MachineSettings, resolveMachine } from './machine-settings'

/** What every connection is opened with. */
export interface OpenOptions {
  readonly prompts: Prompts
  readonly environment: NodeJS.ProcessEnv
}

/** Limits in milliseconds. A peer that has not answered three times is taken for dead after 15 s. */
const handshakeTimeout = 20_000
const keepAliveInterval = 5_000
const keepAliveTries = 3

/** A connection as it was opened, with the jump hosts it goes through, the last one first. */
export interface OpenConnection {
  readonly client: Client
  readonly settings: MachineSettings
  close(): void
}

/**
 * Opens a verified and authenticated connection, through jump hosts where there are any. The only place that makes an ssh2
 * client: ssh2 takes any host key by itself, so nothing may connect without the verifier that is set here.
 * Throws RemoteError, whose phase says how far it came.
 */
export async function openConnection(machine: Machine, options: OpenOptions): Promise<OpenConnection> {
  const settings = await resolveMachine(machine, options.environment)
  const hostKeys = await readHostKeys(machine.name, settings, options.prompts)
  const way = await openWay(machine, settings, options)
  try {
    const client = await connect(machine, settings, hostKeys, way?.stream, options)
    return {
      client,
      settings,
      close: () => {
        client.end()
        way?.close()
      },
    }
  } catch (error) {
    way?.close()
    throw error
  }
}

/** Supported by every OpenSSH since 6.5; SHA-1, CBC and DSA are left out. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'chacha20-poly1305@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-ctr',
    'aes192-ctr',
    'aes128-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
} as const

function connect(
  machine: Machine,
  settings: MachineSettings,
  hostKeys: HostKeys,
  sock: Duplex | undefined,
  { prompts }: OpenOptions,
): Promise<Client> {
  const authentication = authenticate(machine.name, settings, prompts)
  // A key that is known already is asked for first, or a host with several would look changed.
  const known =
    hostKeys.algorithms?.filter(name => (algorithms.serverHostKey as readonly string[]).includes(name)) ?? []
  const serverHostKey = [...known, ...algorithms.serverHostKey.filter(name => !known.includes(name))]
  return new Promise((done, fail) => {
    const client = new ssh2.Client()
    let verified: RemoteError | 'pending' | 'verified' = 'pending'
    // Only up to the host key: after it somebody may be asked, and people take their time.
    const silent = setTimeout(() => {
      client.destroy()
      fail(connectError(machine, settings, authentication, new Error('timed out'), false))
    }, handshakeTimeout)
    client
      .once('ready', () => done(client))
      .on('error', error => {
        clearTimeout(silent)
        client.destroy()
        fail(
          verified instanceof RemoteError
            ? verified
            : connectError(machine, settings, authentication, error, verified === 'verified'),
        )
      })
      .once('close', () =>
        fail(
          new RemoteError(
            machine.name,
            'connect',
            `${settings.hostName} closed the connection before anybody was logged in.`,
          ),
        ),
      )
      .connect({
        host: settings.hostName,
        port: settings.port,
        username: settings.user,
        ...(sock ? { sock } : {}),
        hostVerifier: (key: Buffer, answer: (accepted: boolean) => void) => {
          clearTimeout(silent)
          hostKeys.verify(key).then(
            () => {
              verified = 'verified'
              answer(true)
            },
            (error: unknown) => {
              verified =
                error instanceof RemoteError
                  ? error
                  : new RemoteError(machine.name, 'host-key', 'The host key could not be verified.', { cause: error })
              answer(false)
            },
          )
        },
        authHandler: authentication.handler,
        algorithms: { ...algorithms, serverHostKey } as unknown as ssh2.Algorithms,
        readyTimeout: 0,
        keepaliveInterval: keepAliveInterval,
        keepaliveCountMax: keepAliveTries,
      })
  })
}

const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: sshd is not running, or on another port.',
  ENOTFOUND: 'There is no such host name.',
  EAI_AGAIN: 'The host name could not be looked up.',
  EHOSTUNREACH: 'There is no way to it: the server is off, or the network is.',
  ENETUNREACH: 'There is no way to its network.',
  ETIMEDOUT: 'It does not answer.',
  ECONNRESET: 'It cut the connection off.',
}

function connectError(
  machine: Machine,
  settings: MachineSettings,
  authentication: ReturnType<typeof authenticate>,
  error: Error & { code?: string; level?: string },
  verified: boolean,
): RemoteError {
  const where = `${settings.hostName}:${settings.port}`
  if (error.level === 'client-authentication') return loginRefused(machine.name, settings, authentication, error)
  const phase = verified ? 'authenticate' : 'connect'
  const known = networkErrors[error.code ?? '']
  const late = /timed? ?out/i.test(error.message)
  const what = known ?? (late ? `It did not answer within ${handshakeTimeout / 1000} s.` : `${error.message}.`)
  return new RemoteError(machine.name, phase, `${where} could not be reached. ${what}`, {
    cause: error,
    remedy: `Try \`ssh -p ${settings.port} ${settings.user}@${settings.hostName}\`.`,
  })
}

interface Way {
  readonly stream: Duplex
  close(): void
}

async function openWay(machine: Machine, settings: MachineSettings, options: OpenOptions): Promise<Way | undefined> {
  if (settings.proxyJump !== undefined) return openJumps(machine, settings, settings.proxyJump, options)
  if (settings.proxyCommand !== undefined) return openProxyCommand(settings, settings.proxyCommand)
  return undefined
}

/** Through each jump host in turn, each verified and logged in to as any other machine (ssh_config(5), ProxyJump). */
async function openJumps(
  machine: Machine,
  settings: MachineSettings,
  jumps: string,
  options: OpenOptions,
): Promise<Way> {
  const all = jumps.split(',').map(jump => jump.trim())
  const last = all.at(-1) ?? ''
  const before = all.slice(0, -1).join(',')
  const jump = jumpMachine(last, before)
  const through = await openConnection(jump, options)
  const stream = await new Promise<Duplex>((done, fail) => {
    through.client.forwardOut('127.0.0.1', 0, settings.hostName, settings.port, (error, channel) => {
      if (!error) return done(channel)
      through.close()
      fail(
        new RemoteError(
          machine.name,
          'connect',
          `${jump.host} does not lead on to ${settings.hostName}:${settings.port}: ${error.message}.`,
          { cause: error },
        ),
      )
    })
  })
  return { stream, close: through.close }
}

/** `[user@]host[:port]`, as ssh -J takes it; an IPv6 address stands in brackets. */
export function jumpMachine(jump: string, before: string): Machine {
  const [, user, bracketed, plain, port] = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(jump) ?? []
  const host = bracketed ?? plain ?? jump
  return {
    name: host,
    host,
    ssh: {
      ...(user ? { user } : {}),
      ...(port ? { port: Number(port) } : {}),
      ...(before ? { proxyJump: before } : {}),
    },
  }
}

/** The command is the operator's own, from ~/.ssh/config, and runs in their shell as ssh runs it (ssh_config(5), ProxyCommand). */
function openProxyCommand(settings: MachineSettings, command: string): Way {
  const tokens: Readonly<Record<string, string>> = {
    '%h': settings.hostName,
    '%p': String(settings.port),
    '%r': settings.user,
    '%%': '%',
  }
  const expanded = command.replace(/%[hpr%]/g, token => tokens[token] ?? token)
  const child = spawn(expanded, { shell: true, stdio: ['pipe', 'pipe', 'ignore'] })
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  child.on('error', error => stream.destroy(error))
  return { stream, close: () => void child.kill() }
}
