import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SshOptions } from '../../../src/fleet/fleet'
import { parseConfiguration, settingsOf } from '../../../src/remote/machine-settings'
import { resolveMachine } from '../../../src/remote/resolve'
import { sshArguments } from '../../../src/remote/ssh-arguments'

const argumentsFor = (ssh: SshOptions, configuration = '') =>
  sshArguments({ name: 'core-1', host: '10.0.0.2', ssh }, async machine =>
    settingsOf(machine, parseConfiguration(configuration), {}),
  )
const ask = ['-o', 'StrictHostKeyChecking=ask']
const end = ['--', '10.0.0.2']

const through = (words: string) => ['-o', `ProxyCommand=ssh -W '[%h]:%p' ${words}`]
const core2 = {
  name: 'core-2',
  host: '10.0.0.3',
  ssh: { user: 'alice', port: 2222, identityFile: '/k/core-2' },
}

/** What fleet.yaml says, what ~/.ssh/config says, and what ssh is given. */
const table: readonly (readonly [SshOptions, string, readonly string[]])[] = [
  [{}, '', [...ask, ...end]],
  [{ user: 'deploy', port: 2222 }, '', ['-l', 'deploy', '-p', '2222', ...ask, ...end]],
  [{ identityFile: '/k/my key' }, '', ['-o', 'IdentityFile="/k/my key"', ...ask, ...end]],
  [{ knownHostsFile: '/k/100%' }, '', ['-o', 'UserKnownHostsFile="/k/100%%"', ...ask, ...end]],
  [
    { proxyJump: 'me@bastion:22' },
    '',
    [...through("-l me -p 22 -o 'StrictHostKeyChecking=ask' -- bastion"), ...ask, ...end],
  ],
  [{ proxyJump: 'bastion' }, 'stricthostkeychecking true', [...through('-- bastion'), ...end]],
  [
    { proxyJump: 'bastion', identityFile: '/k/my key', knownHostsFile: '/k/known' },
    'stricthostkeychecking true',
    [
      '-o',
      'IdentityFile="/k/my key"',
      '-o',
      'UserKnownHostsFile="/k/known"',
      ...through(`-o 'IdentityFile="/k/my key"' -o 'UserKnownHostsFile="/k/known"' -- bastion`),
      ...end,
    ],
  ],
  [
    { proxyJump: 'core-2', jumpServers: [core2] },
    'stricthostkeychecking true',
    [...through(`-l alice -p 2222 -o 'IdentityFile="/k/core-2"' -- 10.0.0.3`), ...end],
  ],
  [
    { proxyJump: 'bastion,core-2', jumpServers: [core2] },
    'stricthostkeychecking true',
    [
      ...through(
        `-l alice -p 2222 -o 'IdentityFile="/k/core-2"' -o 'ProxyCommand=ssh -W '\\''[%%h]:%%p'\\'' -o '\\''IdentityFile="/k/core-2"'\\'' -- bastion' -- 10.0.0.3`,
      ),
      ...end,
    ],
  ],
  [{}, 'stricthostkeychecking true', end],
  [{}, 'stricthostkeychecking false', [...ask, ...end]],
  [{}, 'stricthostkeychecking accept-new', [...ask, ...end]],
]

for (const [ssh, configuration, expected] of table)
  test(`ssh for ${JSON.stringify(ssh)} with "${configuration}": ${expected.join(' ')}`, async () => {
    assert.deepEqual(await argumentsFor(ssh, configuration), expected)
  })

test('a path that an option cannot carry is refused', async () => {
  for (const identityFile of ['/k/a"b', '/k/a\nb', `/k/\${HOME}`])
    await assert.rejects(argumentsFor({ identityFile }), { name: 'RemoteError', phase: 'resolve' })
})

test('a circle of jump hosts is refused', async () => {
  const jumpServers = ['core-2', 'core-3'].map((name, index, all) => ({
    name,
    host: name,
    ssh: { proxyJump: all[1 - index] ?? '' },
  }))
  await assert.rejects(argumentsFor({ proxyJump: 'core-2', jumpServers }), /form a loop/)
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
