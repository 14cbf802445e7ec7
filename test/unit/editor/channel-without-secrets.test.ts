import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as vscode from 'vscode'
import { channelWithoutSecrets } from '../../../src/editor/channel-without-secrets'
import { KnownSecrets } from '../../../src/remote/known-secrets'

/** A channel that remembers what it was told, as VS Code's: an object whose methods insist on being called on it. */
function channel() {
  const told: unknown[] = []
  const own = {
    name: 'Fleet Ops',
    error(...args: unknown[]) {
      assert.equal(this, own)
      told.push(...args)
    },
    appendLine(...args: unknown[]) {
      told.push(...args)
    },
  }
  return { told, channel: Object.freeze(own) as unknown as vscode.LogOutputChannel }
}

test('no known secret passes into a channel: not in a message, an error, its stack, or what a library appends', () => {
  const secrets = new KnownSecrets({})
  const { told, channel: own } = channel()
  const log = channelWithoutSecrets(own, secrets)
  secrets.add('hunter2')
  log.error('sudo said hunter2:', new Error('wrong password hunter2'), 42)
  log.appendLine('trace: hunter2')
  assert.equal(log.name, 'Fleet Ops')
  assert.ok('error' in log)
  const [message, error, number, line] = told
  assert.equal(message, 'sudo said (a secret):')
  assert.match(String(error), /^Error: wrong password \(a secret\)\n {4}at /)
  assert.equal(number, 42)
  assert.equal(line, 'trace: (a secret)')
  assert.doesNotMatch(told.join('\n'), /hunter2/)
})

test('what the environment holds as a secret is one from the beginning', () => {
  const secrets = new KnownSecrets({ FLEET_OPS_SUDO_PASSWORD: 'correct horse' })
  assert.equal(secrets.hideIn('correct horse battery'), '(a secret) battery')
})
