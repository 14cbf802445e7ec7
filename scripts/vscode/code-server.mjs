// Starts code-server on loopback with everything of its own: home, settings, extensions. What it makes goes with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installedVSCode } from './install.mjs'
import { quietSettings } from './settings.mjs'

const startMilliseconds = 60_000

/**
 * @param {{ vsix?: string[], environment?: Record<string, string>, settings?: Record<string, unknown> }} options extensions to install
 * @returns {Promise<{ authority: string, url(folder?: string): string, stop(): Promise<void> }>} `authority` is host:port
 */
export async function startCodeServer({ vsix = [], environment = {}, settings = {} } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-vscode-'))
  const own = path => join(directory, path)
  for (const path of ['data/User', 'extensions', 'home', 'tmp']) mkdirSync(own(path), { recursive: true })
  writeFileSync(own('data/User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }))
  writeFileSync(own('config.yaml'), 'auth: none\n')
  const env = environmentOf(own, environment)
  const base = [
    installedVSCode.entry,
    '--config',
    own('config.yaml'),
    '--user-data-dir',
    own('data'),
    '--extensions-dir',
    own('extensions'),
  ]
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  try {
    if (vsix.length > 0) await installExtensions(base, vsix, env)
    const port = await freePort()
    const options = [
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      '--ignore-last-opened',
    ]
    const log = createWriteStream(own('server.log'))
    const server = spawn(installedVSCode.node, [...base, ...options], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    server.stdout.pipe(log)
    server.stderr.pipe(log)
    await untilHealthy(server, port, () => readFileSync(own('server.log'), 'utf8'))
    const authority = `127.0.0.1:${port}`
    return {
      authority,
      url: folder => `http://${authority}/${folder ? `?folder=${encodeURIComponent(folder)}` : ''}`,
      stop: async () => {
        await end(server)
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

function environmentOf(own, extra) {
  // What an editor that this was started from has set would be taken for this one's own.
  const inherited = Object.entries(process.env).filter(
    ([key]) => !key.startsWith('VSCODE_') || key.startsWith('VSCODE_TEST_'),
  )
  return {
    ...Object.fromEntries(inherited),
    HOME: own('home'),
    XDG_CONFIG_HOME: own('home/.config'),
    XDG_DATA_HOME: own('home/.local/share'),
    XDG_CACHE_HOME: own('home/.cache'),
    XDG_RUNTIME_DIR: own('tmp'),
    TMPDIR: own('tmp'),
    VSCODE_PROXY_URI: '',
    EXTENSIONS_GALLERY: '{}',
    ...extra,
  }
}

async function installExtensions(base, vsix, env) {
  const child = spawn(installedVSCode.node, [...base, ...vsix.flatMap(file => ['--install-extension', file])], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${vsix.join(', ')} cannot be installed:\n${output}`)
}

async function untilHealthy(server, port, log) {
  const until = Date.now() + startMilliseconds
  for (;;) {
    if (server.exitCode !== null || Date.now() > until) {
      await end(server)
      throw new Error(`code-server did not start:\n${log()}`)
    }
    const healthy = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (healthy) return
    await sleep(50)
  }
}

/** Ends the server and what it started: they are one process group. */
async function end(server) {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  const kill = signal => {
    try {
      process.kill(-server.pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
  kill('SIGTERM')
  const hard = setTimeout(() => kill('SIGKILL'), 5_000)
  await exited
  clearTimeout(hard)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise(closed => server.close(closed))
  return port
}
