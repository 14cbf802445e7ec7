import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeLeftFolders } from '../../../../src/remote/openssh/left-folders'
import { temporaryFolder } from '../../../quick/folder'

const base = temporaryFolder()
/** The number of a process that is no more. */
const dead = spawnSync('true').pid
const isRoot = process.getuid?.() === 0

function folder(name: string): string {
  const path = join(base, name)
  mkdirSync(path)
  writeFileSync(join(path, '1'), '')
  return path
}

test('what killed programs have left is removed, and nothing else', async () => {
  const precious = folder('precious')
  // With a link in it, which leads to what is nobody's to remove.
  symlinkSync(precious, join(folder(`fleet-ops-${dead}-aaaaaa`), 'link'))
  const stay = [
    'precious',
    `fleet-ops-${process.pid}-aaaaaa`,
    `fleet-ops-${dead}-of-another-kind`,
    `fleet-ops-${dead}-bbbbbb`,
    `fleet-ops-${dead}-cccccc`,
    `fleet-ops-${dead}-dddddd`,
    'fleet-ops-0-eeeeee',
    ...(isRoot ? [`fleet-ops-${dead}-ffffff`] : []),
  ]
  folder(stay[1] ?? '')
  folder(stay[2] ?? '')
  // Somebody else may have put these there.
  symlinkSync(precious, join(base, stay[3] ?? ''))
  writeFileSync(join(base, stay[4] ?? ''), '')
  // Alive, in a container whose processes have other numbers.
  const alive = createServer()
  await once(alive.listen(join(folder(stay[5] ?? ''), 'ask')), 'listening')
  folder(stay[6] ?? '')
  if (isRoot) chownSync(folder(stay[7] ?? ''), 65_534, 65_534)

  await removeLeftFolders(base)
  alive.close()

  assert.deepEqual(readdirSync(base).sort(), [...stay].sort())
  assert.deepEqual(readdirSync(precious), ['1'])
})

test('a folder that is not there has nothing left in it', () => removeLeftFolders(join(base, 'nowhere')))
