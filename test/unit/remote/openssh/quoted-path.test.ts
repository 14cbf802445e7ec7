import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quotedPath } from '../../../../src/remote/openssh/quoted-path'

const machine = { name: 'core-1', host: 'core-1', ssh: {} }

for (const [platform, path, quoted] of [
  ['linux', '/k/my key', '"/k/my key"'],
  ['linux', '/k/100%', '"/k/100%%"'],
  ['linux', '/k/a\\b', '"/k/a\\b"'],
  ['win32', 'C:\\Users\\alice\\.ssh\\id', '"C:/Users/alice/.ssh/id"'],
] as const)
  test(`on ${platform}, ${path} is ${quoted}`, () => assert.equal(quotedPath(machine, path, platform), quoted))

for (const path of ['/k/a"b', '/k/a\nb', `/k/\${HOME}`, '-k'])
  test(`${JSON.stringify(path)} cannot be passed to ssh`, () =>
    assert.throws(() => quotedPath(machine, path), { name: 'RemoteError', phase: 'resolve' }))
