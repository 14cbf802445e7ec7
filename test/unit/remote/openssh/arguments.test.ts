import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { settingsOf } from '../../../../src/remote/machine-settings'
import {
  loneArguments,
  loneProxyCommand,
  lookAtKeyArguments,
  masterArguments,
} from '../../../../src/remote/openssh/arguments'

const machine = { name: 'core-1', host: 'core-1', ssh: { knownHostsFile: '~/known' } }
// As the ssh of Debian and of Fedora says it.
const settings = settingsOf(machine, new Map([['gssapikeyexchange', ['yes']]]), {})
const wishes = { hostKeyAlgorithms: [], mayAsk: false, proxyCommand: 'ssh -W [%h]:%p bastion' }

for (const [name, args] of [
  ['a master', masterArguments(machine, settings, { ...wishes, controlPath: '/control' })],
  ['one for one thing only', loneArguments(machine, settings, wishes)],
  ['one that looks at a host key', lookAtKeyArguments(machine, settings, { ...wishes, knownHostsFile: '/seen' })],
  ['one that leads on', loneProxyCommand(machine, settings, wishes)],
] as const)
  suite(`the ssh that is ${name}`, () => {
    test('takes nobody at the word of a name server', () => assert.ok(`${args}`.includes('VerifyHostKeyDNS=no')))

    test('takes nobody at the word of Kerberos', () => assert.ok(`${args}`.includes('GSSAPIKeyExchange=no')))

    test('wants no socket of the command that leads through a jump host', () =>
      assert.ok(`${args}`.includes('ProxyUseFdpass=no')))

    test('has the known_hosts file that is read here too', () =>
      assert.ok(`${args}`.includes(`UserKnownHostsFile="${join(homedir(), 'known')}"`), `${args}`))
  })

test('an ssh that knows no GSSAPIKeyExchange is not told of it', () =>
  assert.ok(!`${loneArguments(machine, settingsOf(machine, new Map(), {}), wishes)}`.includes('GSSAPIKeyExchange')))
