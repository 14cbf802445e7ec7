import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Machine, SshOptions } from '../../../src/fleet/fleet'
import { jumpList, withJumpServers } from '../../../src/fleet/jump-servers'

const server = (name: string, ssh: SshOptions = {}): Machine => ({ name, host: `${name}.example.com`, ssh })

const direct = server('direct', { user: 'alice', port: 2222, identityFile: '/k/direct' })
const fleet: readonly Machine[] = [
  direct,
  server('behind', { proxyJump: 'direct' }),
  server('all', { proxyJump: 'all' }),
  { name: 'six', host: '2001:db8::6', ssh: { user: 'bob', proxyJump: 'bastion,six' } },
  server('one', { proxyJump: 'other' }),
  server('other', { proxyJump: 'one' }),
]

/** Of whom, its proxy_jump, and what comes of it: proxy_jump, the servers that it leads through, and what others are given. */
const table: readonly (readonly [string | undefined, string | undefined, readonly unknown[]])[] = [
  ['new', undefined, [undefined, [], undefined]],
  ['new', 'bastion', ['bastion', [], 'bastion']],
  ['new', 'bob@direct:22', ['bob@direct:22', [], 'bob@direct:22']],
  ['new', 'direct', ['direct', ['direct'], 'alice@direct.example.com:2222']],
  ['new', 'behind', ['behind', ['behind', 'direct'], 'alice@direct.example.com:2222,behind.example.com']],
  // The list itself says what is before a server.
  ['new', 'bastion,behind', ['bastion,behind', ['behind', 'direct'], 'bastion,behind.example.com']],
  ['new', 'six', ['six', ['six'], 'bastion,bob@[2001:db8::6]']],
  // Where the whole fleet is reached through one of its servers, that one is not.
  ['all', 'all', [undefined, [], undefined]],
  ['all', 'bastion,all', ['bastion', [], 'bastion']],
  ['new', 'all', ['all', ['all'], 'all.example.com']],
  [undefined, 'direct', ['direct', ['direct'], 'alice@direct.example.com:2222']],
  // Connecting says that it is a circle; nothing here goes round for ever.
  ['new', 'one', ['one', ['one', 'other'], 'one,other.example.com,one.example.com']],
]

for (const [name, proxyJump, expected] of table)
  test(`${name ?? 'a machine without a name'} through ${proxyJump ?? 'nothing'}`, () => {
    const ssh = withJumpServers({ user: 'me', ...(proxyJump ? { proxyJump } : {}) }, name, fleet)
    assert.deepEqual([ssh.proxyJump, ssh.jumpServers?.map(jump => jump.name) ?? [], jumpList(ssh)], expected)
    assert.equal(ssh.user, 'me')
  })

test('a server on the way keeps what fleet.yaml says of it', () => {
  assert.deepEqual(withJumpServers({ proxyJump: 'direct' }, 'new', fleet).jumpServers, [direct])
})
