import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Console } from '../../../src/cli/console'
import { beginRunLog } from '../../../src/cli/run-log'
import { temporaryFolder } from '../../quick/folder'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)
const state = temporaryFolder()
const consoleOf = (environment: NodeJS.ProcessEnv) =>
  new Console({
    ...{ env: environment },
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  } as NodeJS.Process)

test('a log is where the XDG Base Directory Specification says', () => {
  const log = beginRunLog(consoleOf({ XDG_STATE_HOME: state }), 'production reload', at)
  assert.equal(log.path, join(state, 'fleet-ops', 'runs', '2026-01-02T03-04-05-000Z-production-reload.log'))
  log.close()
})

test('no password and no token of the environment reaches a log, whoever prints it', () => {
  const secrets = { FLEET_OPS_SUDO_PASSWORD: 'correct horse', FLEET_OPS_VOXBRIDGE_TOKEN: 'battery.staple' }
  const log = beginRunLog(consoleOf({ XDG_STATE_HOME: state, ...secrets }), 'production apply', at)
  log.write('sudo: correct horse; Bearer battery.staple battery.staple\n')
  assert.equal(readFileSync(log.path, 'utf8'), 'sudo: (a secret); Bearer (a secret) (a secret)\n')
  log.close()
})
