// The tests on real hosts: boots the lab, runs test/lab one file after another, and takes it down whatever happened.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { one, sum } from './count.mjs'
import { root } from './paths.mjs'

const tools = ['systemd-nspawn', 'debootstrap', 'ip', 'ssh', 'ssh-keygen', 'zstd', 'flock']
const isThere = tool => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool]).status === 0

/** What this machine lacks for the lab, in words, or undefined if it lacks nothing. */
export function missingForLab() {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    return 'root on Linux (Debian), whose hosts are systemd-nspawn containers'
  const missing = tools.filter(tool => !isThere(tool))
  if (missing.length === 0) return undefined
  return `${missing.join(', ')}: apt-get install systemd-container debootstrap iproute2 openssh-client zstd`
}

/** The same for tests that run a playbook too. */
export const missingForAnsible = () =>
  missingForLab() ?? (isThere('ansible-playbook') ? undefined : 'ansible-playbook: apt-get install ansible-core')

/** Out of the terminal's process group, so that Ctrl-C does not end the cleaning up. Its standard output is facts for tests, or leftovers. */
const lab = (command, environment = {}) =>
  spawnSync(root('test/lab/lab'), [command], {
    stdio: ['ignore', command === 'leftovers' ? 'inherit' : 'ignore', 'inherit'],
    detached: true,
    env: { ...process.env, ...environment },
  }).status === 0

/** The same for the lab and for the second beside it, which some tests have. */
const both = command => [lab(command), lab(command, { LAB_SECOND: 'yes' })].every(Boolean)

/**
 * Runs tests on a lab that is up, and takes it down: after them, and on SIGINT and SIGTERM. What then is left of it is a failure.
 * @param {(signal: AbortSignal) => Promise<import('./count.mjs').Count>} tests
 */
export async function onLab(tests) {
  const interrupted = new AbortController()
  const interrupt = signal => interrupted.abort(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupt)
  try {
    if (!both('down') || !lab('up')) return one(false)
    const stopped = once(interrupted.signal, 'abort').then(() => one(false))
    const count = await Promise.race([tests(interrupted.signal), stopped])
    const clean = both('down') && both('leftovers')
    if (!clean) console.log('✖ the lab left something behind: test/lab/lab leftovers')
    return sum(count, one(clean))
  } finally {
    both('down')
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, interrupt)
    if (interrupted.signal.aborted) process.exit(interrupted.signal.reason === 'SIGINT' ? 130 : 143)
  }
}
