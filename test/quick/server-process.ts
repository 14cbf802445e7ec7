import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server that a test has started on 127.0.0.1, and stops. */
export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** What it has printed or logged so far. */
  log(): string
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A port nobody listens on now. Somebody may take it before we do: whoever starts a server then fails, and tries again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise(closed => server.close(closed))
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

function accepts(port: number): Promise<boolean> {
  return new Promise(answer => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Starts a program and resolves when it listens. Throws with what it said if it does not. */
export async function startServer(
  program: string,
  args: readonly string[],
  { port, log, env }: { port: number; log?: string; env?: NodeJS.ProcessEnv },
): Promise<ServerProcess> {
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env ? { env } : {}) })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const exited = once(child, 'exit')
  const said = () => output + (log && existsSync(log) ? readFileSync(log, 'utf8') : '')
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (child.exitCode !== null || tries > 500) {
      child.kill('SIGKILL')
      throw new Error(`${program} did not start:\n${said()}`)
    }
    await sleep(10)
  }
  return {
    port,
    pid: child.pid ?? 0,
    log: said,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await exited
    },
  }
}

/** The path of a program that may be outside a user's PATH, as servers are. Undefined if it is not installed. */
export function programPath(name: string): string | undefined {
  return [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin']
    .map(folder => join(folder, name))
    .find(existsSync)
}

/** As {@link programPath}. Throws if it is not installed. */
export function requireProgram(name: string): string {
  const path = programPath(name)
  if (!path) throw new Error(`${name} is missing`)
  return path
}
