import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A request that the stand-in got. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

/** An HTTP server on loopback, or an HTTPS server where it is given a certificate, that answers as a test says, and writes down what it was asked. */
export interface StandIn {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export async function startStandIn(
  answer: (asked: Asked, response: ServerResponse) => void | Promise<void>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<StandIn> {
  const asked: Asked[] = []
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: await textOf(request),
    }
    asked.push(one)
    await answer(one, response)
  }
  const http = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>(listening => http.listen(0, '127.0.0.1', listening))
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      http.closeAllConnections()
      await new Promise(closed => http.close(closed))
    },
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
