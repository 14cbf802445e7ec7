// Installs the packages that package-lock.json names, if they are not there yet: so that one command from a fresh clone is enough.
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { root } from './paths.mjs'

/** Runs `npm ci` unless node_modules is there and as new as the lock file. Uses nothing but Node itself. */
export function installPackages() {
  const installed = root('node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(root('package-lock.json')).mtimeMs) return
  console.log('Installing packages (npm ci)…')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  execFileSync(npm, ['ci', '--no-audit', '--no-fund'], {
    cwd: root(),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
}
