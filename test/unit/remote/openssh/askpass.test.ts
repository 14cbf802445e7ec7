import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAskpass } from '../../../../src/remote/openssh/askpass'
import { temporaryFolder } from '../../../quick/folder'

for (const [environment, display] of [
  [{ DISPLAY: ':7' }, ':7'],
  [{}, ':0'],
] as const)
  test(`an ssh that asks has a display, its own if it has one: ${display}`, async () => {
    const askpass = await startAskpass(temporaryFolder())
    assert.equal(askpass.for(async () => undefined, environment).environment.DISPLAY, display)
    askpass.close()
  })
