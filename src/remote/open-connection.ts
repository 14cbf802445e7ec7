import { createConnection, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client } from 'ssh2'
import type { Machine } from '../fleet/fleet'
import { algorithmsFor } from './algorithms'
import { type AuthenticationOptions, authenticate } from './authentication'
import { closedError, connectError, isNoCommonAlgorithm, wayError } from './connect-error'
import { type Prompts, RemoteError } from './connection'
import { type HostKeyOptions, type HostKeys, readHostKeys } from './host-key'
import type { KeyFiles } from './key-files'
import type { Link } from './link'
import type { MachineSettings } from './machine-settings'
import { OpeningAttempt } from './opening-attempt'
import { ssh2Link } from './ssh2-link'
import { type LeaseWishes, openWay, type WayOptions } from './way'

/** What opening any connection needs. */
export interface OpenOptions extends WayOptions {
  readonly prompts: Prompts
  readonly environment: NodeJS.ProcessEnv
  readonly keyFiles: KeyFiles
  readonly inTurn: HostKeyOptions['inTurn']
  /** Aborts when the connection is no longer wanted. */
  readonly signal: AbortSignal
}

/** A peer that missed two keep-alives counts as dead: within 15 s of its last packet. */
const keepAlive = { intervalMilliseconds: 4_500, tries: 2 } as const

/**
 * Opens a verified and authenticated connection with ssh2, through jump hosts if there are any. The only place that creates an ssh2
 * client: ssh2 by itself accepts any host key, so nothing may connect without the verifier set here. `wishes` apply to its own jump
 * host.
 * Throws RemoteError, whose phase says how far it got.
 */
export async function openConnection(
  machine: Machine,
  settings: MachineSettings,
  options: OpenOptions,
  wishes: LeaseWishes,
): Promise<Link> {
  const hostKeys = await readHostKeys(machine.name, settings, options)
  const way = await openWay(machine, settings, options, wishes)
  try {
    const stream = way?.stream ?? connectSocket(settings)
    const client = await connect(machine, settings, hostKeys, stream, options)
    client.once('close', () => way?.close())
    return ssh2Link(client, settings, () => {
      stream.destroy()
      way?.close()
    })
  } catch (error) {
    const why = cameNowhere(error) ? await way?.failure() : undefined
    way?.close()
    throw why === undefined ? error : wayError(machine, settings, why, error)
  }
}

/** Only then does it matter what became of the way: one to a server that has answered may break because it is cut. */
const cameNowhere = (error: unknown) =>
  error instanceof RemoteError && error.phase === 'connect' && !isNoCommonAlgorithm(error)

function connectSocket({ hostName: host, port, addressFamily }: MachineSettings): Socket {
  // Every channel of the connection may listen to it.
  return createConnection({ host, port, family: families[addressFamily] }).setMaxListeners(0)
}

/** As Node counts them; 0 is either. */
const families = { any: 0, inet: 4, inet6: 6 } as const

function connect(
  machine: Machine,
  settings: MachineSettings,
  hostKeys: HostKeys,
  sock: Duplex,
  options: OpenOptions,
): Promise<Client> {
  const client = new ssh2.Client()
  const attempt = new OpeningAttempt<Client>(machine, settings, options.signal, () => sock.destroy())
  const authentication = authenticate(machine.name, settings, pausing(attempt, options))
  let refused: RemoteError | undefined

  client
    .on('connect', () => {
      attempt.enter('greeting')
      // Requests are small and their answers awaited: Nagle's algorithm would delay each by 40 ms.
      client.setNoDelay(true)
    })
    // 'handshake' fires again on every rekey.
    .once('handshake', () => attempt.enter('authenticate'))
    .once('ready', () => attempt.succeed(client))
    .on('error', (error: Error & { level?: string }) => {
      // One key failing to sign is not fatal.
      if (error.level === 'agent') return
      attempt.fail(refused ?? connectError(machine, settings, attempt.phase, authentication, error))
    })
    .once('close', () => attempt.fail(refused ?? closedError(machine, settings, attempt.phase, authentication)))

  return attempt.begin(() =>
    client.connect({
      sock,
      username: settings.user,
      hostVerifier: verifierOf(hostKeys, attempt, error => {
        refused = error
      }),
      authHandler: authentication.handler,
      algorithms: algorithmsFor(hostKeys.algorithms),
      readyTimeout: 0,
      keepaliveInterval: keepAlive.intervalMilliseconds,
      keepaliveCountMax: keepAlive.tries,
    }),
  )
}

/** Prompts and key files whose questions to the operator take no time of the attempt. */
const pausing = (
  attempt: OpeningAttempt<Client>,
  { prompts, keyFiles }: Pick<OpenOptions, 'prompts' | 'keyFiles'>,
): AuthenticationOptions => ({
  prompts: { secret: question => attempt.pausedFor(() => prompts.secret(question)) },
  keyFiles: {
    look: path => keyFiles.look(path),
    // The operator may be answering the same question for another machine.
    open: (...key) => attempt.pausedFor(() => keyFiles.open(...key)),
  },
})

/** Verifies the host key, and calls `refuse` with why it is not accepted. */
function verifierOf(hostKeys: HostKeys, attempt: OpeningAttempt<Client>, refuse: (error: RemoteError) => void) {
  let verified: Buffer | undefined
  return (key: Buffer, answer: (accepted: boolean) => void): true | undefined => {
    // A server that rekeys during work (RFC 4253, 9) presents its host key again. ssh2 loses packets that arrive while it waits for
    // the verifier, so answer at once for the key already verified.
    if (verified?.equals(key)) return true
    // The server has spoken; a question about its key may take any time.
    void attempt.pausedFor(() =>
      hostKeys.verify(key).then(
        () => {
          verified = Buffer.from(key)
          answer(true)
        },
        (error: RemoteError) => {
          refuse(error)
          answer(false)
        },
      ),
    )
    return undefined
  }
}
