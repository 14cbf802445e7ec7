import { createConnection, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { t } from '@vscode/l10n'
import ssh2, { type Client } from 'ssh2'
import type { Machine } from '../fleet/fleet'
import { algorithmsFor } from './algorithms'
import { authenticate } from './authentication'
import {
  closedError,
  connectError,
  isNoCommonAlgorithm,
  lateError,
  type OpeningPhase,
  phaseLimits,
  wayError,
} from './connect-error'
import { type Prompts, RemoteError } from './connection'
import { type HostKeyOptions, type HostKeys, readHostKeys } from './host-key'
import type { KeyFiles } from './key-files'
import type { Link } from './link'
import type { MachineSettings } from './machine-settings'
import { ssh2Link } from './ssh2-link'
import { TimeLimit } from './time-limit'
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
  const { signal, keyFiles } = options
  return new Promise((done, fail) => {
    const client = new ssh2.Client()
    let phase: OpeningPhase = 'connect'
    let refused: RemoteError | undefined
    let verified: Buffer | undefined
    const limit = new TimeLimit<OpeningPhase>((late, milliseconds) =>
      end(lateError(machine, settings, late, milliseconds / 1000)),
    )
    const prompts: Prompts = {
      trustHostKey: question => limit.pausedFor(() => options.prompts.trustHostKey(question)),
      secret: question => limit.pausedFor(() => options.prompts.secret(question)),
    }
    const authentication = authenticate(machine.name, settings, {
      prompts,
      keyFiles: {
        look: path => keyFiles.look(path),
        // The operator may be answering the same question for another machine.
        open: (...key) => limit.pausedFor(() => keyFiles.open(...key)),
      },
    })

    function enter(next: OpeningPhase): void {
      phase = next
      const wished = next === 'connect' && settings.connectTimeout ? settings.connectTimeout * 1000 : undefined
      limit.begin(next, wished ?? phaseLimits[next])
    }
    function settle(): void {
      limit.end()
      signal.removeEventListener('abort', onAbort)
    }
    function end(error: RemoteError): void {
      settle()
      sock.destroy()
      fail(error)
    }
    function onAbort(): void {
      end(new RemoteError(machine.name, 'connect', t('The session has ended.')))
    }

    client
      .on('connect', () => {
        enter('greeting')
        // Requests are small and their answers awaited: Nagle's algorithm would delay each by 40 ms.
        client.setNoDelay(true)
      })
      // 'handshake' fires again on every rekey.
      .once('handshake', () => enter('authenticate'))
      .once('ready', () => {
        settle()
        done(client)
      })
      .on('error', (error: Error & { level?: string }) => {
        // One key failing to sign is not fatal.
        if (error.level !== 'agent') end(refused ?? connectError(machine, settings, phase, authentication, error))
      })
      .once('close', () => end(refused ?? closedError(machine, settings, phase, authentication)))

    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return onAbort()
    enter('connect')
    client.connect({
      sock,
      username: settings.user,
      hostVerifier: (key: Buffer, answer: (accepted: boolean) => void): true | undefined => {
        // A server that rekeys during work (RFC 4253, 9) presents its host key again. ssh2 loses packets that arrive while it waits for
        // the verifier, so answer at once for the key already verified.
        if (verified?.equals(key)) return true
        // The server has spoken; a question about its key may take any time.
        void limit.pausedFor(() =>
          hostKeys.verify(key).then(
            () => {
              verified = Buffer.from(key)
              answer(true)
            },
            (error: RemoteError) => {
              refused = error
              answer(false)
            },
          ),
        )
        return undefined
      },
      authHandler: authentication.handler,
      algorithms: algorithmsFor(hostKeys.algorithms),
      readyTimeout: 0,
      keepaliveInterval: keepAlive.intervalMilliseconds,
      keepaliveCountMax: keepAlive.tries,
    })
  })
}
