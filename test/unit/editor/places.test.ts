import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Places } from '../../../src/editor/servers/places'

test('there are so many places for each, and one that is given back, once or twice, can be taken again once', () => {
  const places = new Places(2)
  const leave = places.take('core-1')
  assert.ok(leave && places.take('core-1'))
  assert.equal(places.take('core-1'), undefined)
  assert.ok(places.take('core-2'))
  leave()
  leave()
  assert.ok(places.take('core-1'))
  assert.equal(places.take('core-1'), undefined)
})
