import assert from 'node:assert/strict'
import { test } from 'node:test'
import ssh2 from 'ssh2'
import { newKey } from '../../../src/demo/new-key'

/** Type and key as in RFC 8709: two lengths, the name, and 32 bytes. */
const publicLength = 4 + 'ssh-ed25519'.length + 4 + 32

test('every key is one, though ssh2 makes one in 256 a byte short', () => {
  for (let made = 0; made < 2_000; made++) {
    const { private: secret, public: line } = newKey()
    const [key] = [ssh2.utils.parseKey(secret)].flat()
    assert.ok(key && !(key instanceof Error), String(key))
    const shown = Buffer.from(line.split(' ')[1] ?? '', 'base64')
    assert.equal(shown.length, publicLength)
    assert.deepEqual(key.getPublicSSH(), shown)
  }
})

test('a comment is kept', () => {
  assert.match(newKey('demo').public, / demo$/)
})
