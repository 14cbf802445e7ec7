import assert from 'node:assert/strict'
import { test } from 'node:test'
import type * as vscode from 'vscode'
import { SecretsKept } from '../../../src/editor/secrets-kept'

const refusing = async () => {
  throw new Error('no keyring')
}
const logged: unknown[] = []
const log = { warn: (...words: unknown[]) => logged.push(words) } as unknown as vscode.LogOutputChannel

test('a storage that refuses, as that of a machine without a keyring, keeps nothing and hinders nothing', async () => {
  const storage = { get: refusing, store: refusing, delete: refusing } as unknown as vscode.SecretStorage
  const kept = new SecretsKept(storage, log)
  assert.equal(await kept.get('key'), undefined)
  assert.equal(await kept.store('key', 'hunter2'), false)
  assert.equal(await kept.delete('key'), false)
  assert.equal(logged.length, 3)
  assert.doesNotMatch(JSON.stringify(logged), /hunter2/)
})

test('a storage that works keeps what it is given', async () => {
  const values = new Map<string, string>()
  const storage = {
    get: async (key: string) => values.get(key),
    store: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
  } as unknown as vscode.SecretStorage
  const kept = new SecretsKept(storage, log)
  assert.equal(await kept.store('key', 'value'), true)
  assert.equal(await kept.get('key'), 'value')
  assert.equal(await kept.delete('key'), true)
  assert.equal(await kept.get('key'), undefined)
})
