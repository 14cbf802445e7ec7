import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RunLog } from '../../../src/cli/run-log'
import { span } from '../../../src/plan/styled-text'
import { temporaryFolder } from '../../quick/folder'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)
const state = temporaryFolder()
const runs = join(state, 'fleet-ops', 'runs')

test('a log holds what was said, without colours, and only its user may read it', () => {
  const log = new RunLog({ XDG_STATE_HOME: state }, 'production ../reload', at)
  log.write([[span('done', 'Done'), span('dim', ' after 1 s')], []])
  assert.equal(readFileSync(log.path, 'utf8'), 'Done after 1 s\n\n')
  assert.equal(log.path, join(runs, '2026-01-02T03-04-05-000Z production-..-reload.log'))
  assert.equal(statSync(log.path).mode & 0o777, 0o600)
  assert.equal(statSync(runs).mode & 0o777, 0o700)
  log.close()
})

test('no password and no token of the environment reaches a log, whoever prints it', () => {
  const secrets = { FLEET_OPS_SUDO_PASSWORD: 'correct horse', FLEET_OPS_VOXBRIDGE_TOKEN: 'battery.staple' }
  const log = new RunLog({ XDG_STATE_HOME: state, ...secrets }, 'production apply', at)
  log.write([[span('plain', 'sudo: correct horse; Bearer battery.staple battery.staple')]])
  assert.equal(readFileSync(log.path, 'utf8'), 'sudo: (a secret); Bearer (a secret) (a secret)\n')
  log.close()
})

test('the oldest logs go, and nothing else in the folder', () => {
  mkdirSync(runs, { recursive: true })
  writeFileSync(join(runs, 'note.txt'), '')
  for (let index = 0; index < 120; index++) new RunLog({ XDG_STATE_HOME: state }, 'f', at + 1000 + index).close()
  const left = readdirSync(runs)
  assert.equal(left.filter(name => name.endsWith('.log')).length, 100)
  assert.ok(left.includes('note.txt'))
  assert.ok(left.some(name => name.startsWith('2026-01-02T03-04-06-119Z')))
  assert.ok(!left.some(name => name.startsWith('2026-01-02T03-04-05')))
})
