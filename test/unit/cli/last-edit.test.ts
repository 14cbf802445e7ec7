import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Console } from '../../../src/cli/console'
import { makeLastEdit } from '../../../src/cli/last-edit'
import type { TextEdit } from '../../../src/fleet/text'
import { plainText, type StyledLine } from '../../../src/plan/styled-text'
import { temporaryFolder } from '../../quick/folder'

const file = join(temporaryFolder(), 'fleet.yaml')
const text = 'servers: {}\n'

class Listener extends Console {
  said = ''
  override lines(lines: readonly StyledLine[]): void {
    this.said += plainText(lines)
  }
  override note(lines: readonly StyledLine[]): void {
    this.said += plainText(lines)
  }
}

const lastEdit = async (edits: () => readonly TextEdit[]) => {
  writeFileSync(file, text)
  const before = statSync(file)
  const console = new Listener(process)
  const code = await makeLastEdit(file, edits, console)
  return { code, said: console.said, isSame: statSync(file).ino === before.ino }
}

test('an edit is made, and said', async () => {
  const { code, said } = await lastEdit(() => [{ range: { start: 0, end: 0 }, newText: '# more\n' }])
  assert.deepEqual([code, said], [0, `Edited ${file}\n`])
  assert.equal(readFileSync(file, 'utf8'), `# more\n${text}`)
})

test('where somebody has made it meanwhile, the file is left alone', async () => {
  assert.deepEqual(await lastEdit(() => []), { code: 0, said: '', isSame: true })
})

test('one that cannot be made is a failure, told with its own remedy', async () => {
  const { code, said } = await lastEdit(() => {
    throw Object.assign(new Error('it has two of them'), { remedy: 'take one away' })
  })
  assert.equal(code, 1)
  assert.equal(
    said,
    'Failed: the servers match the plan, but it has two of them\nwhat to do: take one away; then run it again: only the edit of fleet.yaml remains\n',
  )
})
