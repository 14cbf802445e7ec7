import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaults } from '../../../src/fleet/defaults'
import type { DocumentPath } from '../../../src/fleet/document'
import { type KeySchema, schemaAt } from '../../../src/fleet/schema'

/** Where each part stands in a file. */
const parts: readonly (readonly [keyof typeof defaults, DocumentPath])[] = [
  ['service', ['service']],
  ['load_balancer', ['load_balancer']],
  ['server', ['servers', 'core-1']],
  ['rollout', ['rollout']],
  ['firewall', ['firewall']],
]

/** Left to nginx and to ssh, which are not told what a file does not say. */
const ofOthers = new Set(['max_fails', 'fail_timeout', 'ssh'])

/** The single values that a part of the schema gives to keys that a file leaves out. */
function defaultsOf({ properties = {} }: KeySchema, path: DocumentPath): object {
  const keys = Object.keys(properties).filter(key => !ofOthers.has(key))
  const values = keys.flatMap(key => {
    const inner = schemaAt([...path, key]) ?? {}
    const value = inner.properties ? defaultsOf(inner, [...path, key]) : inner.default
    return value === undefined || (inner.properties && Object.keys(value as object).length === 0) ? [] : [[key, value]]
  })
  return Object.fromEntries(values)
}

for (const [part, path] of parts)
  test(`the schema gives ${path.join('.')} the defaults that a fleet is resolved with`, () => {
    assert.deepEqual(defaultsOf(schemaAt(path) ?? {}, path), defaults[part])
  })
