import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { test } from 'node:test'
import { operatorHere } from '../../../src/apply/operator'

test('who changes a fleet is told as user@host, and a container may run as a number that has no name', context => {
  const host = os.hostname()
  assert.equal(operatorHere(), `${os.userInfo().username}@${host}`)
  context.mock.method(os, 'userInfo', () => {
    throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ENOENT' })
  })
  syncBuiltinESMExports()
  const user = process.env.USER
  context.after(() => {
    context.mock.restoreAll()
    syncBuiltinESMExports()
    if (user !== undefined) process.env.USER = user
  })
  process.env.USER = 'deploy'
  assert.equal(operatorHere(), `deploy@${host}`)
  delete process.env.USER
  assert.equal(operatorHere(), `${process.getuid?.()}@${host}`)
})
