import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Connection, Connections, ScriptResult } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { type FleetHost, type FleetHostWishes, startFleetHost } from '../../quick/fleet-host'
import { freePort } from '../../quick/server-process'
import { fleet } from './held-lock'

export const sumOf = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

/** A host whose nginx serves what one file says, as scripts see it and as a client of nginx does. */
export interface UpstreamHost {
  readonly host: FleetHost
  readonly connection: Connection
  /** The file's path on the host. */
  readonly file: string
  /** A configuration with which nginx answers with this word. */
  text(word: string): string
  /** What is in the file; undefined if it is not there. */
  now(): string | undefined
  /** Puts a text in the file and starts nginx anew with it. */
  reset(text: string | undefined): Promise<void>
  /** What nginx answers. */
  served(): Promise<string>
  write(token: string, mode: 'drain' | 'settle', text: string, expected?: string, file?: string): Promise<ScriptResult>
  /** The names in the file's folder, hidden ones too. */
  beside(): readonly string[]
  stop(): Promise<void>
}

/**
 * Waits until it is gone, or only a zombie that nobody has looked after yet; `nginx -t` leaves an empty pid file where none runs. It is
 * told again and again: a master that has only just been started forgets a signal that comes before it waits for the first.
 */
export async function stopNginx(host: FleetHost): Promise<void> {
  await host.shell(
    'pid=$(cat /run/nginx.pid 2>/dev/null); [ -n "$pid" ] || exit 0; while grep -q . "/proc/$pid/cmdline" 2>/dev/null; do kill "$pid" 2>/dev/null; sleep 0.05; done',
  )
}

export async function startUpstreamHost(wishes: FleetHostWishes = {}): Promise<UpstreamHost> {
  const host = await startFleetHost(wishes)
  const connections: Connections = createConnections({
    prompts: { trustHostKey: async () => false, secret: async () => undefined },
  })
  const connection = await connections.to(host.machine)
  const port = await freePort()
  const folder = join(host.nginx, 'conf.d')
  const here = join(folder, 'upstream.conf')
  const now = () => (existsSync(here) ? readFileSync(here, 'latin1') : undefined)
  const text = (word: string) => `server { listen 127.0.0.1:${port}; return 200 ${word}; }\n`
  return {
    host,
    connection,
    file: '/etc/nginx/conf.d/upstream.conf',
    text,
    now,
    async reset(content) {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      if (content !== undefined) writeFileSync(here, content)
      await stopNginx(host)
      await host.shell('nginx </dev/null >/dev/null 2>&1')
    },
    served: () =>
      new Promise((done, fail) =>
        get({ port, host: '127.0.0.1', agent: false }, response => {
          response.setEncoding('utf8').once('data', done)
        }).once('error', fail),
      ),
    write: (token, mode, content, expected = sumOf(now() ?? ''), file = '/etc/nginx/conf.d/upstream.conf') =>
      connection.run('write-upstream', [
        fleet,
        token,
        file,
        expected,
        mode,
        gzipSync(Buffer.from(content, 'latin1')).toString('base64'),
      ]),
    beside: () => readdirSync(folder).sort(),
    async stop() {
      await connections.dispose()
      await host.stop()
    },
  }
}
