import assert from 'node:assert/strict'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { thisMachine } from '../../../src/language/this-machine'
import { temporaryFolder } from '../../quick/folder'

const folder = temporaryFolder()

test('only what is seen to be a file is one: what cannot be looked at is none', () => {
  writeFileSync(join(folder, 'file'), '')
  // Stands for every reason but that there is none: a link that leads to itself, which even root cannot look at.
  symlinkSync('loop', join(folder, 'loop'))
  assert.deepEqual(
    ['file', '.', 'none', 'loop', 'x'.repeat(300)].map(name => thisMachine.isFile(join(folder, name))),
    [true, false, false, false, false],
  )
})
