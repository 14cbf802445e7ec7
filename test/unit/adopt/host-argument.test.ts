import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AdoptError } from '../../../src/adopt/adopt-error'
import { machineOf } from '../../../src/adopt/host-argument'

const table: readonly (readonly [given: string, host: string, user?: string, port?: number])[] = [
  ['core-1', 'core-1'],
  ['203.0.113.10', '203.0.113.10'],
  ['deploy@core-1.example.com', 'core-1.example.com', 'deploy'],
  ['deploy@core-1:2222', 'core-1', 'deploy', 2222],
  ['ssh://ops@core-1:22', 'core-1', 'ops', 22],
  ['user@realm@core-1', 'core-1', 'user@realm'],
  ['2001:db8::2', '2001:db8::2'],
  ['[2001:db8::2]:2222', '2001:db8::2', undefined, 2222],
  ['deploy@[2001:db8::2]', '2001:db8::2', 'deploy'],
]

for (const [given, host, user, port] of table)
  test(`${given} is ${host}${user ? ` as ${user}` : ''}${port ? ` on port ${port}` : ''}`, () => {
    assert.deepEqual(machineOf(given), {
      name: host,
      host,
      ssh: { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) },
    })
  })

test('what holds for every host stays, where a host does not say its own', () => {
  const { ssh } = machineOf('root@core-1', { user: 'deploy', identityFile: '~/.ssh/fleet' })
  assert.deepEqual(ssh, { user: 'root', identityFile: '~/.ssh/fleet' })
})

for (const given of [
  '',
  '-oProxyCommand=x',
  'a b',
  'core-1;reboot',
  '$(x)',
  'core-1:0',
  'core-1:99999',
  '@core-1',
  'a/b',
  '-l@core-1',
])
  test(`${JSON.stringify(given)} is no host`, () => {
    assert.throws(() => machineOf(given), AdoptError)
  })
