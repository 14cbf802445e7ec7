import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { HttpRequest, HttpResponse } from './connection'

/** SSH_OPEN_CONNECT_FAILED (RFC 4254, 5.1). */
const connectFailed = 2

const nameOf = (endpoint: HttpRequest['endpoint']): string =>
  endpoint.kind === 'socket' ? endpoint.path : `port ${endpoint.port}`

const mostBody = 64 * 1024

/** A channel to a worker's port on its own loopback, or to its socket (OpenSSH, PROTOCOL 2.4). Rejects as ssh2 does. */
export function openChannel(client: Client, endpoint: HttpRequest['endpoint']): Promise<Duplex> {
  return new Promise((done, fail) => {
    const opened = (error: (Error & { reason?: number }) | undefined, channel: Duplex) => {
      if (!error) done(channel)
      else
        fail(
          error.reason === connectFailed
            ? new Error(`nothing listens on ${nameOf(endpoint)}`, { cause: error })
            : error,
        )
    }
    if (endpoint.kind === 'socket') client.openssh_forwardOutStreamLocal(endpoint.path, opened)
    else client.forwardOut('127.0.0.1', 0, '127.0.0.1', endpoint.port, opened)
  })
}

/** One GET over a channel that is used for nothing else. Rejects with what went wrong, in words that end without a full stop. */
export function getOverChannel(
  channel: Duplex,
  { path, signal }: Pick<HttpRequest, 'path' | 'signal'>,
): Promise<HttpResponse> {
  return new Promise((done, fail) => {
    const asked = request(
      {
        method: 'GET',
        path,
        headers: { host: 'localhost', accept: 'application/json', connection: 'close' },
        createConnection: () => channel,
        ...(signal ? { signal } : {}),
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
    asked.on('error', fail).end()
  })
}
