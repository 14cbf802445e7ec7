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

/** What every connection is opened with. */
export interface OpenOptions extends WayOptions {
  readonly prompts: Prompts
  readonly environment: NodeJS.ProcessEnv
  readonly keyFiles: KeyFiles
  readonly inTurn: HostKeyOptions['inTurn']
  /** Aborts when nobody wants the connection any more. */
  readonly signal: AbortSignal
}

/** A peer that has not answered two times is taken for dead: within 15 s of its last word. */
const keepAlive = { intervalMilliseconds: 4_500, tries: 2 } as const

/**
 * Opens a verified and authenticated connection with ssh2, through jump hosts where there are any. The only place that makes an
 * ssh2 client: ssh2 takes any host key by itself, so nothing may connect without the verifier that is set here.
 * `wishes` are for its own jump host.
 * Throws RemoteError, whose phase says how far it came.
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
  // Each channel of a connection may listen to it.
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
        // Somebody may be asked about the same key for another machine.
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
        // Requests are small and waited for: Nagle's algorithm would hold each back for 40 ms.
        client.setNoDelay(true)
      })
      // Once: it comes again whenever the keys are changed.
      .once('handshake', () => enter('authenticate'))
      .once('ready', () => {
        settle()
        done(client)
      })
      .on('error', (error: Error & { level?: string }) => {
        // A key that did not sign is one way less, and no end.
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
        // A server that changes its keys in the middle of the work (RFC 4253, 9) shows its host key again. ssh2 loses packets that
        // come while it waits for the answer: the key that is verified already gets it at once.
        if (verified?.equals(key)) return true
        // The server has spoken; who is asked about its key takes their time.
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
