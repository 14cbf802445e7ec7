// Starts VS Code's own server on loopback with everything of its own: home, settings, extensions. What it makes goes with it,
// also when the process that started it exits. Every request needs a token, as whoever reaches the server has a shell here.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedVSCode } from './install.mjs'
import { quietSettings } from './settings.mjs'

const startMilliseconds = 60_000

/** What the server prints when it listens; asked for port 0, it takes a free one. */
const listening = /agent listening on (\d+)/

/**
 * @param {{ vsix?: string[], environment?: Record<string, string>, settings?: Record<string, unknown> }} options extensions to
 *   install, variables of the extension host, and settings beside the quiet ones
 * @returns {Promise<{ port: number, authority: string, url(folder?: string): string, ended: Promise<string>, group: number,
 *   directory: string, stop(): Promise<void> }>} `authority` is host:port; `ended` resolves with the server's last words when it ends,
 *   asked to or not; `group` is the process group of all that it starts, and `directory` holds all that it writes
 */
export async function startServer({ vsix = [], environment = {}, settings = {} } = {}) {
  const home = ownDirectory(settings)
  const run = args =>
    spawn(installedVSCode.node, [installedVSCode.server, ...home.arguments, ...args], {
      env: environmentOf(home, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C is for us, and we end it with all that it started.
      detached: true,
    })
  try {
    if (vsix.length > 0) await installExtensions(run, vsix)
    const server = run(['--host', '127.0.0.1', '--port', '0', '--connection-token-file', home.tokenFile])
    const output = collect(server)
    const killNow = () => signalGroup(server, 'SIGKILL')
    process.once('exit', killNow)
    const port = await untilListening(server, output)
    const authority = `127.0.0.1:${port}`
    return {
      port,
      authority,
      url: folder => `http://${authority}/?${new URLSearchParams({ tkn: home.token, ...(folder && { folder }) })}`,
      ended: once(server, 'exit').then(() => output.text.slice(-2000)),
      group: server.pid,
      directory: home.own(''),
      stop: async () => {
        await end(server)
        process.off('exit', killNow)
        home.remove()
      },
    }
  } catch (error) {
    home.remove()
    throw error
  }
}

/** A directory with all that VS Code keeps, removed at the latest when this process exits. */
function ownDirectory(settings) {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-vscode-'))
  const own = path => join(directory, path)
  for (const path of ['server', 'data/User', 'extensions', 'home', 'tmp']) mkdirSync(own(path), { recursive: true })
  writeFileSync(own('data/User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }))
  const token = randomUUID()
  writeFileSync(own('token'), token, { mode: 0o600 })
  const removeNow = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', removeNow)
  const places = [
    ['server-data-dir', 'server'],
    ['user-data-dir', 'data'],
    ['extensions-dir', 'extensions'],
  ]
  return {
    own,
    token,
    tokenFile: own('token'),
    arguments: [...places.flatMap(([option, path]) => [`--${option}`, own(path)]), '--telemetry-level', 'off'],
    remove: () => {
      process.off('exit', removeNow)
      removeNow()
    },
  }
}

function environmentOf({ own }, extra) {
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
    // No gallery: nothing is looked up outside of this machine.
    EXTENSIONS_GALLERY: '{}',
    ...extra,
  }
}

function collect(child) {
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output.text += text))
  return output
}

async function installExtensions(run, vsix) {
  const child = run(vsix.flatMap(file => ['--install-extension', file]))
  const output = collect(child)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${vsix.join(', ')} cannot be installed in VS Code:\n${output.text}`)
}

/** The port. Throws with what the server said if it ends, or says nothing of a port. */
async function untilListening(server, output) {
  const timeout = AbortSignal.timeout(startMilliseconds)
  try {
    for (;;) {
      const [, port] = listening.exec(output.text) ?? []
      if (port) return Number(port)
      if (server.exitCode !== null || server.signalCode !== null) throw new Error('it ended')
      await Promise.race([once(server.stdout, 'data', { signal: timeout }), once(server, 'exit', { signal: timeout })])
    }
  } catch (error) {
    await end(server)
    throw new Error(`VS Code's server did not start:\n${output.text}`, { cause: error })
  }
}

async function end(server) {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  signalGroup(server, 'SIGTERM')
  const hard = setTimeout(() => signalGroup(server, 'SIGKILL'), 5_000)
  await exited
  clearTimeout(hard)
  // Extension hosts may outlive it by seconds, and write into directories that are about to go.
  signalGroup(server, 'SIGKILL')
}

function signalGroup(server, signal) {
  try {
    process.kill(-server.pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
