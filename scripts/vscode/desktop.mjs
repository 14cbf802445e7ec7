// The VS Code that the user has, opened with directories of its own: their settings and extensions stay as they are.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../paths.mjs'
import { find } from './install.mjs'
import { quietSettings } from './settings.mjs'

const isWindows = process.platform === 'win32'

/** Where the command is when nobody has put it on the PATH. */
const usualPlaces = {
  darwin: ['/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'],
  linux: ['/usr/share/code/bin/code', '/snap/bin/code'],
  win32: [],
}

/**
 * The command of a desktop VS Code that can show a window here and run this extension, or why there is none.
 * @returns {{ code: string } | { reason: string }}
 */
export function findDesktop() {
  const code = find(isWindows ? 'code.cmd' : 'code') ?? usualPlaces[process.platform]?.find(path => existsSync(path))
  if (!code) return { reason: '"code" is not on the PATH' }
  // In a remote window's terminal, and in WSL, `code` only asks a VS Code that is elsewhere.
  if (process.env.VSCODE_IPC_HOOK_CLI || process.env.WSL_DISTRO_NAME)
    return { reason: '"code" opens windows elsewhere' }
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { reason: 'there is no display' }
  const { status, stdout } = spawnSync(quoted(code), ['--version'], { encoding: 'utf8', shell: isWindows })
  const [version = ''] = (stdout ?? '').split('\n')
  if (status !== 0 || !/^\d+\.\d+\./.test(version)) return { reason: '"code --version" fails' }
  const floor = JSON.parse(readFileSync(root('package.json'), 'utf8')).engines.vscode.replace('^', '')
  return isOlder(version, floor) ? { reason: `"code" is ${version}, and ${floor} is needed` } : { code }
}

const isOlder = (version, floor) => version.localeCompare(floor, 'en', { numeric: true }) < 0

/**
 * Installs a .vsix into a VS Code in `directory` and opens a folder with it.
 * @param {{ code: string, vsix: string, folder: string, directory: string }} options absolute paths
 * @returns {Promise<void>} ends when the window is closed
 */
export async function openDesktop({ code, vsix, folder, directory }) {
  mkdirSync(join(directory, 'data/User'), { recursive: true })
  writeFileSync(join(directory, 'data/User/settings.json'), JSON.stringify(quietSettings))
  const own = ['--user-data-dir', join(directory, 'data'), '--extensions-dir', join(directory, 'extensions')]
  // Chromium's sandbox does not work for root, and VS Code refuses to start without this.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  await run(code, [...own, ...asRoot, '--install-extension', vsix], 'ignore')
  await run(code, [...own, ...asRoot, '--new-window', '--wait', '--skip-welcome', folder], 'inherit')
}

async function run(code, args, output) {
  const child = spawn(quoted(code), args.map(quoted), { stdio: ['ignore', output, 'inherit'], shell: isWindows })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`${code} ${args.join(' ')} ended with ${status}`)
}

/** On Windows code.cmd needs a shell, which would split what has spaces in it. */
function quoted(argument) {
  return isWindows ? `"${argument}"` : argument
}
