import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SimulatedServer } from './simulated-server'
import { fleetHealth } from './worker-http'

/** What the demo's fleet.yaml tells its reader. */
export const demoToken = 'demo-token'

/** A VoxBridge that knows other fleets too, and where the demo's base URLs lead: on loopback, as its servers are. */
export interface SimulatedVoxbridge {
  readonly port: number
  /** The base URLs that it knows. */
  readonly urls: readonly string[]
  dispose(): Promise<void>
}

/** Starts it on 127.0.0.1, at the preferred port if that is free. */
export async function startVoxbridge(
  servers: readonly SimulatedServer[],
  preferredPort = 0,
): Promise<SimulatedVoxbridge> {
  let urls: readonly string[] = ['https://other-fleet.example.com']
  const http = createServer((request, response) => {
    void answer(request, servers, urls).then(({ status, body, replaced }) => {
      urls = replaced ?? urls
      send(response, status, body)
    })
  })
  const port = await listen(http, preferredPort)
  return {
    port,
    get urls() {
      return urls
    },
    dispose: async () => {
      http.closeAllConnections()
      await new Promise(closed => http.close(closed))
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: object
  /** The list as it is from now on. */
  readonly replaced?: readonly string[]
}

async function answer(
  request: IncomingMessage,
  servers: readonly SimulatedServer[],
  urls: readonly string[],
): Promise<Answer> {
  const path = `${request.method} ${request.url}`
  const base = /^GET \/([\w.-]+)\/health\/fleet$/.exec(path)?.[1]
  if (base !== undefined) return healthOf(servers, base)
  if (!['GET /api/v1/settings', 'PUT /api/v1/settings/fleet'].includes(path)) return notFound
  if (request.headers.authorization !== `Bearer ${demoToken}`)
    return { status: 401, body: { detail: `Not authenticated: the demo's token is "${demoToken}"` } }
  if (request.method === 'GET')
    return { status: 200, body: { api_keys: { openai: '••••••9f2c' }, voxcore_fleet: urls } }
  return replace(await textOf(request))
}

const notFound: Answer = { status: 404, body: { detail: 'Not Found' } }

function replace(text: string): Answer {
  const { voxcore_fleet: list } = parsed(text)
  if (!Array.isArray(list) || !list.every(url => typeof url === 'string' && url.startsWith('http')))
    return { status: 422, body: { detail: 'voxcore_fleet must be a list of URLs' } }
  return { status: 200, body: { voxcore_fleet: list }, replaced: list }
}

/** `fleet` leads to nginx, a server's name to its own workers. */
function healthOf(servers: readonly SimulatedServer[], base: string): Answer {
  const server = servers.find(({ name, hasNginx }) => (base === 'fleet' ? hasNginx : name === base))
  const serves = [...(server?.workers.values() ?? [])].some(worker => worker.answers(Date.now()))
  if (!server || !serves) return { status: 502, body: { detail: 'Bad Gateway' } }
  return { status: 200, body: fleetHealth(server, Date.now()) }
}

function parsed(text: string): { readonly voxcore_fleet?: unknown } {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}

async function listen(http: Server, preferred: number): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number>((listening, failed) => {
      http.once('error', failed)
      http.listen(port, '127.0.0.1', () => {
        http.off('error', failed)
        listening((http.address() as AddressInfo).port)
      })
    })
  return preferred === 0 ? attempt(0) : attempt(preferred).catch(() => attempt(0))
}
