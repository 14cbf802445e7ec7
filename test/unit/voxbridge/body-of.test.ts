import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf } from '../../../src/voxbridge/body-of'
import { startStandIn } from './stand-in'

test('an answer is read whole, and one without an end is left', async context => {
  let left = false
  const standIn = await startStandIn(({ path }, response) => {
    if (path !== '/endless') {
      response.end('größer')
      return
    }
    response.on('close', () => {
      left = true
    })
    const more = () => {
      while (!left && response.write(' '.repeat(100_000)));
    }
    response.on('drain', more)
    more()
  })
  context.after(() => standIn.close())
  assert.equal(await bodyOf(await fetch(`${standIn.url}/good`)), 'größer')
  assert.equal(await bodyOf(await fetch(`${standIn.url}/endless`)), undefined)
})
