import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunLog } from '../../../src/files/run-log'
import { temporaryFolder } from '../../quick/folder'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)
const folder = join(temporaryFolder(), 'runs')
const withoutSecrets = (text: string) => text.replaceAll('hunter2', '(a secret)')
const begin = (name: string, began: number) => new RunLog({ folder, name, at: began, withoutSecrets })

test('a log holds at once what was said, without secrets, and only its user may read it', () => {
  const log = begin('production ../reload', at)
  assert.equal(readFileSync(log.path, 'utf8'), '')
  log.write('Done, hunter2\n')
  assert.equal(readFileSync(log.path, 'utf8'), 'Done, (a secret)\n')
  assert.equal(log.path, join(folder, '2026-01-02T03-04-05-000Z-production-..-reload.log'))
  assert.equal(statSync(log.path).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  log.close()
})

test('nothing is added once it is closed, and closing again is no error', () => {
  const log = begin('closed', at)
  log.close()
  log.close()
  log.write('late')
  assert.equal(readFileSync(log.path, 'utf8'), '')
})

test('the oldest logs go, and nothing else in the folder', () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'note.txt'), '')
  for (let index = 0; index < 120; index++) begin('f', at + 1000 + index).close()
  const left = readdirSync(folder)
  assert.equal(left.filter(name => name.endsWith('.log')).length, 100)
  assert.ok(left.includes('note.txt'))
  assert.ok(left.some(name => name.startsWith('2026-01-02T03-04-06-119Z')))
  assert.ok(!left.some(name => name.startsWith('2026-01-02T03-04-05')))
})

test('an old log that cannot be taken away, as one that is open on Windows, stops no run from having its own', () => {
  const locked = join(folder, '2025-01-01T00-00-00-000Z-locked.log')
  // A folder is as unremovable for whoever takes files away.
  mkdirSync(locked)
  for (let index = 0; index < 101; index++) begin('g', at + 5000 + index).close()
  const left = readdirSync(folder).filter(name => name.endsWith('.log'))
  assert.ok(left.includes('2025-01-01T00-00-00-000Z-locked.log'))
  assert.equal(left.length, 101)
  rmSync(locked, { recursive: true })
})
