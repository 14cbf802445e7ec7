import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SshOptions } from '../../../src/fleet/fleet'
import { parseConfiguration, settingsOf } from '../../../src/remote/machine-settings'
import { resolveMachine } from '../../../src/remote/resolve'
import { sshArguments } from '../../../src/remote/ssh-arguments'

const argumentsFor = (ssh: SshOptions, configuration = '') => {
  const machine = { name: 'core-1', host: '10.0.0.2', ssh }
  return sshArguments(machine, settingsOf(machine, parseConfiguration(configuration), {}))
}
const ask = ['-o', 'StrictHostKeyChecking=ask']
const end = ['--', '10.0.0.2']

/** What fleet.yaml says, what ~/.ssh/config says, and what ssh is given. */
const table: readonly (readonly [SshOptions, string, readonly string[]])[] = [
  [{}, '', [...ask, ...end]],
  [{ user: 'deploy', port: 2222 }, '', ['-l', 'deploy', '-p', '2222', ...ask, ...end]],
  [{ identityFile: '/k/my key' }, '', ['-o', 'IdentityFile="/k/my key"', ...ask, ...end]],
  [{ knownHostsFile: '/k/100%' }, '', ['-o', 'UserKnownHostsFile="/k/100%%"', ...ask, ...end]],
  [{ proxyJump: 'me@bastion:22' }, '', ['-J', 'me@bastion:22', ...ask, ...end]],
  [{}, 'stricthostkeychecking true', end],
  [{}, 'stricthostkeychecking false', [...ask, ...end]],
  [{}, 'stricthostkeychecking accept-new', [...ask, ...end]],
]

for (const [ssh, configuration, expected] of table)
  test(`ssh for ${JSON.stringify(ssh)} with "${configuration}": ${expected.join(' ')}`, () => {
    assert.deepEqual(argumentsFor(ssh, configuration), expected)
  })

test('a path that an option cannot carry is refused', () => {
  for (const identityFile of ['/k/a"b', '/k/a\nb', `/k/\${HOME}`])
    assert.throws(() => argumentsFor({ identityFile }), { name: 'RemoteError', phase: 'resolve' })
})

test('what begins with a dash is refused before there is a process', async () => {
  const hosts = [
    { host: '-oProxyCommand=x', ssh: {} },
    { host: 'a', ssh: { user: '-x' } },
    { host: 'a', ssh: { proxyJump: '-x' } },
  ]
  for (const machine of hosts)
    await assert.rejects(resolveMachine({ name: 'core-1', ...machine }, {}), { name: 'RemoteError', phase: 'resolve' })
})
