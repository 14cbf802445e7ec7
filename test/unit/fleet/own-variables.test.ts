import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownVariables } from '../../../src/fleet/own-variables'

for (const [workersVariable, variables] of [
  ['VOXCORE_WORKERS', { port: 'VOXCORE_PORT', host: 'VOXCORE_HOST' }],
  ['ACME_WORKERS', { port: 'ACME_PORT', host: 'ACME_HOST' }],
  ['ACME_VOICE_WORKERS', { port: 'ACME_VOICE_PORT', host: 'ACME_VOICE_HOST' }],
  ['TALKWELL_PROCESSES', undefined],
  ['WORKERS', undefined],
  ['_WORKERS', undefined],
] as const)
  test(`beside ${workersVariable}: ${variables?.port ?? 'nobody knows'}`, () => {
    assert.deepEqual(ownVariables({ workersVariable }), variables)
  })
