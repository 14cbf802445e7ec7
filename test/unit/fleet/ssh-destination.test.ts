import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaAt } from '../../../src/fleet/schema'
import { readSshDestination } from '../../../src/fleet/ssh-destination'

const table: readonly (readonly [text: string, destination: object | undefined])[] = [
  ['core-1', { host: 'core-1' }],
  [' 10.0.0.1 ', { host: '10.0.0.1' }],
  ['deploy@core-1:2222', { host: 'core-1', user: 'deploy', port: 2222 }],
  ['ssh://ops@core-1:22/', { host: 'core-1', user: 'ops', port: 22 }],
  ['user@realm@core-1', { host: 'core-1', user: 'user@realm' }],
  ['2001:db8::2', { host: '2001:db8::2' }],
  ['::1', { host: '::1' }],
  ['deploy@2001:db8::2', { host: '2001:db8::2', user: 'deploy' }],
  ['[2001:db8::2]:2222', { host: '2001:db8::2', port: 2222 }],
  ['deploy@[2001:db8::2]', { host: '2001:db8::2', user: 'deploy' }],
  ['', undefined],
  ['two words', undefined],
  ['a/b', undefined],
  ['core-1;reboot', undefined],
  ['$(x)', undefined],
  ['-oProxyCommand=x', undefined],
  ['-l@core-1', undefined],
  ['@core-1', undefined],
  ['core-1:0', undefined],
  ['core-1:65536', undefined],
]

const isTaken = (key: 'host' | 'user', value: unknown) => {
  const path = key === 'host' ? ['servers', 'core-1', 'host'] : ['ssh', 'user']
  return new RegExp(schemaAt(path)?.pattern ?? '', 'u').test(String(value))
}

for (const [text, expected] of table)
  test(`${JSON.stringify(text)} is ${expected ? JSON.stringify(expected) : 'no destination'}`, () => {
    const destination = readSshDestination(text)
    assert.deepEqual(destination, expected)
    if (!destination) return
    assert.ok(isTaken('host', destination.host), 'the schema accepts the host')
    assert.ok(destination.user === undefined || isTaken('user', destination.user), 'the schema accepts the user')
  })
