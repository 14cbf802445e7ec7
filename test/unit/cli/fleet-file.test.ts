import assert from 'node:assert/strict'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readFleetFile, readOwnFleetFile, reasonOf, replaceFleetFile } from '../../../src/cli/fleet-file'

const folder = mkdtempSync(join(tmpdir(), 'fleet-ops-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const path = (name: string) => join(folder, name)

test('a text is replaced in one move, with its mode, and nothing is left beside it', async () => {
  writeFileSync(path('fleet.yaml'), '\uFEFFname: a\r\n')
  chmodSync(path('fleet.yaml'), 0o640)
  const before = await readFleetFile(path('fleet.yaml'))
  await replaceFleetFile(path('fleet.yaml'), before, before.replace('a\r', 'b\r'))
  assert.equal(readFileSync(path('fleet.yaml'), 'utf8'), '\uFEFFname: b\r\n')
  assert.equal(statSync(path('fleet.yaml')).mode & 0o777, 0o640)
  assert.deepEqual(readdirSync(folder), ['fleet.yaml'])
})

test('a symbolic link goes on pointing to the real file', async () => {
  writeFileSync(path('real.yaml'), 'name: a\n')
  symlinkSync('real.yaml', path('link.yaml'))
  await replaceFleetFile(path('link.yaml'), 'name: a\n', 'name: b\n')
  assert.ok(lstatSync(path('link.yaml')).isSymbolicLink())
  assert.equal(readFileSync(path('real.yaml'), 'utf8'), 'name: b\n')
})

test('a file that somebody has changed since is left', async () => {
  writeFileSync(path('changed.yaml'), 'name: theirs\n')
  await assert.rejects(replaceFleetFile(path('changed.yaml'), 'name: a\n', 'name: b\n'), {
    name: 'CliError',
    message: /has been changed since it was read/,
  })
  assert.equal(readFileSync(path('changed.yaml'), 'utf8'), 'name: theirs\n')
})

test('what cannot be read says why', async () => {
  writeFileSync(path('latin1.yaml'), Buffer.from([0x6e, 0xe4, 0x6d, 0x65]))
  writeFileSync(path('other.yaml'), 'helm: {}\n')
  await assert.rejects(readFleetFile(path('none.yaml')), { message: /no such file/ })
  await assert.rejects(readFleetFile(folder), { message: /it is a folder/ })
  await assert.rejects(readFleetFile(path('latin1.yaml')), { message: /not UTF-8 text/ })
  await assert.rejects(readOwnFleetFile(path('other.yaml')), { message: /another tool's fleet.yaml/ })
})

const reasons: readonly (readonly [code: string, reason: string])[] = [
  ['EACCES', 'permission denied'],
  ['EPERM', 'it may not be changed'],
  ['ENOSPC', 'its disk is full'],
]
for (const [code, reason] of reasons)
  test(`${code} is said in words that are true of reading and of writing`, () => {
    assert.equal(reasonOf(Object.assign(new Error(code), { code })), reason)
  })
