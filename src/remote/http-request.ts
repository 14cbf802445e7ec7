import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Endpoint } from '../fleet/fleet'
import type { HttpResponse } from './connection'

const mostBody = 64 * 1024

/** Why a channel was not opened (RFC 4254, 5.1). The words beside it may be missing. */
const prohibited = 1
const connectFailed = 2

/**
 * Opens a channel to a worker's port on its own loopback, or to its socket (OpenSSH, PROTOCOL 2.4). Rejects with an error whose
 * message says why, as a sentence's middle.
 */
export function openChannel(client: Client, endpoint: Endpoint): Promise<Duplex> {
  return new Promise((done, fail) => {
    const opened = (error: (Error & { reason?: unknown }) | undefined, channel: Duplex) => {
      if (!error) done(channel)
      else fail(new Error(whyClosed(endpoint, error), { cause: error }))
    }
    if (endpoint.kind === 'socket') client.openssh_forwardOutStreamLocal(endpoint.path, opened)
    else client.forwardOut('127.0.0.1', 0, '127.0.0.1', endpoint.port, opened)
  })
}

function whyClosed(endpoint: Endpoint, error: Error & { reason?: unknown }): string {
  const where = endpoint.kind === 'socket' ? endpoint.path : `port ${endpoint.port}`
  if (error.reason === prohibited)
    return `sshd does not lead on to ${where}: its AllowTcpForwarding, AllowStreamLocalForwarding or PermitOpen forbids it`
  const why = error.message.replace(/^\(SSH\) Channel open failure: /, '')
  // sshd does not tell more of a socket than this.
  const refused = /refused|open failed|connect failed/i.test(why) || (why === '' && error.reason === connectFailed)
  return refused ? `nothing listens on ${where}` : `${where} could not be reached: ${why || 'sshd does not say why'}`
}

/** One GET over a channel that is used for nothing else. Rejects with what went wrong, as a sentence's middle. */
export function getOverChannel(channel: Duplex, path: string, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((done, fail) => {
    const asked = request(
      {
        method: 'GET',
        path,
        headers: { host: 'localhost', accept: 'application/json', connection: 'close' },
        createConnection: () => channel,
        signal,
      },
      response => {
        const parts: Buffer[] = []
        let length = 0
        const finish = () => {
          done({ status: response.statusCode ?? 0, body: Buffer.concat(parts).subarray(0, mostBody).toString('utf8') })
          channel.destroy()
        }
        response
          .on('data', (part: Buffer) => {
            parts.push(part)
            length += part.length
            if (length > mostBody) finish()
          })
          .on('end', finish)
          .on('error', fail)
      },
    )
    asked.on('error', (error: Error & { code?: string }) => fail(new Error(wordsOf(error), { cause: error }))).end()
  })
}

function wordsOf({ code, message }: Error & { code?: string }): string {
  if (code === 'ECONNRESET') return 'it closed the connection without an answer'
  if (code?.startsWith('HPE_')) return `it answers with something that is not HTTP (${message})`
  return message
}
