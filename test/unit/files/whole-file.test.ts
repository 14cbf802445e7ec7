import assert from 'node:assert/strict'
import fs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { createWholeFile, replaceWholeFile } from '../../../src/files/whole-file'

const folder = mkdtempSync(join(tmpdir(), 'fleet-ops-'))
const path = join(folder, 'file')
const modeOf = () => statSync(path).mode & 0o777
beforeEach(() => rmSync(path, { recursive: true, force: true }))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a new file has the mode of any new file, a replaced one keeps its own, and a given one holds', async () => {
  await replaceWholeFile(path, 'one')
  assert.equal(modeOf(), 0o666 & ~process.umask())
  chmodSync(path, 0o604)
  await replaceWholeFile(path, 'two')
  assert.equal(modeOf(), 0o604)
  await replaceWholeFile(path, 'three', 0o600)
  assert.equal(modeOf(), 0o600)
  assert.equal(readFileSync(path, 'utf8'), 'three')
  assert.deepEqual(readdirSync(folder), ['file'])
})

test('a file is created once: the second to come finds it taken, and changes nothing', async () => {
  const tries = await Promise.allSettled(['a', 'b', 'c'].map(text => createWholeFile(path, text)))
  const refused = tries.flatMap(({ status, ...rest }) =>
    status === 'rejected' && 'reason' in rest ? [rest.reason.code] : [],
  )
  assert.deepEqual(refused, ['EEXIST', 'EEXIST'])
  assert.match(readFileSync(path, 'utf8'), /^[abc]$/)
  assert.deepEqual(readdirSync(folder), ['file'])
})

for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS'])
  test(`where the file system has no hard links and says ${code}, as FAT does, a file is created once all the same`, async context => {
    context.mock.method(fs.promises, 'link', async () => {
      throw Object.assign(new Error(code), { code })
    })
    syncBuiltinESMExports()
    context.after(() => {
      context.mock.restoreAll()
      syncBuiltinESMExports()
    })
    await createWholeFile(path, 'first')
    await assert.rejects(createWholeFile(path, 'second'), { code: 'EEXIST' })
    assert.equal(readFileSync(path, 'utf8'), 'first')
    assert.equal(modeOf(), 0o666 & ~process.umask())
    assert.deepEqual(readdirSync(folder), ['file'])
  })

test('what cannot be written leaves everything as it was', async () => {
  mkdirSync(path)
  writeFileSync(join(path, 'in it'), 'kept')
  await assert.rejects(replaceWholeFile(path, 'text'), { code: 'EISDIR' })
  await assert.rejects(createWholeFile(join(folder, 'none', 'file'), 'text'), { code: 'ENOENT' })
  assert.deepEqual(readdirSync(folder), ['file'])
  assert.deepEqual(readdirSync(path), ['in it'])
})
