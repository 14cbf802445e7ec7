import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Connection } from '../../../src/remote/connection'
import { type FleetHost, missingForFleetHost } from '../../quick/fleet-host'
import { fleet, type HeldLock } from './held-lock'
import { type LockedHost, startLockedHost } from './locked-host'

// With tools that only say what the tools of a host would say, and an nft that takes no rules: they would be this machine's.
suite('a firewall never closes ssh', { skip: missingForFleetHost }, () => {
  let host: FleetHost
  let connection: Connection
  let lock: HeldLock
  let locked: LockedHost
  /** What a tool says, and nothing where nothing is set. */
  const says = (name: string) => `#!/bin/sh\ncat "$(dirname "$0")/../${name}.says" 2>/dev/null\n`

  before(async () => {
    locked = await startLockedHost({
      programs: {
        nft: '#!/bin/sh\nexit 1\n',
        ss: says('ss'),
        // As one before OpenSSH 9 with `Match` in its configuration.
        sshd: `${says('sshd').replace('cat', 'case $* in *" -C "*) ;; *) exit 255 ;; esac\ncat')}`,
      },
    })
    ;({ host, connection, lock } = locked)
  })
  after(() => locked.stop())
  const socket = () => join(host.folder, 'units', 'ssh.socket')
  beforeEach(() => {
    for (const name of ['ss.says', 'sshd.says']) rmSync(join(host.folder, name), { force: true })
    rmSync(socket(), { recursive: true, force: true })
  })
  const write = (name: string, text: string) => writeFileSync(join(host.folder, name), text)
  const listens = (port: number, program: string) =>
    `LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:* users:(("${program}",pid=7,fd=3))\n`
  function listenBySystemd(state: string): void {
    mkdirSync(socket(), { recursive: true })
    write('units/ssh.socket/ActiveState', state)
    write('units/ssh.socket/Listen', '[::]:8003 (Stream)')
  }

  for (const [what, arrange, exitCode, words] of [
    ['as its configuration says', () => write('sshd.says', 'port 22\nport 8003\n'), 65, /ssh.* on port 8003/],
    ['where it listens', () => write('ss.says', listens(22, 'sshd') + listens(8003, 'sshd')), 65, /ssh.* on port 8003/],
    ['where systemd listens for it', () => listenBySystemd('active'), 65, /ssh.* on port 8003/],
    ['which nobody knows', () => write('ss.says', listens(8003, 'python3')), 65, /^Neither sshd nor ss says/],
    ['where systemd would listen and does not', () => listenBySystemd('inactive'), 65, /^Neither sshd nor ss says/],
    ['on another port', () => write('sshd.says', 'port 22\n'), 70, /nft refuses the rules/],
  ] as const)
    test(what, async () => {
      arrange()
      const result = await connection.run('firewall', [fleet, lock.token, 'nftables', '8001-8004', '10.0.0.1'])
      assert.equal(result.exitCode, exitCode, result.stdout + result.stderr)
      assert.match(result.stderr, words)
    })
})
