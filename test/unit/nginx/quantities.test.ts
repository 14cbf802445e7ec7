import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesOf, secondsOf } from '../../../src/nginx/quantities'

suite("nginx's times in seconds", () => {
  for (const [text, seconds] of [
    ['10', 10],
    ['10s', 10],
    ['90s', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['2d', 172800],
    ['500ms', 0.5],
    ['1m30s', 90],
    ['', undefined],
    ['x', undefined],
    ['10 m', undefined],
    ['-1s', undefined],
    ['10S', undefined],
    // As quickly as the others: what a server says may be anything.
    [`${'1'.repeat(60)}!`, undefined],
  ] as const)
    test(text === '' ? 'nothing' : text, () => assert.equal(secondsOf(text), seconds))
})

suite("nginx's sizes in bytes", () => {
  for (const [text, bytes] of [
    ['65536', 65_536],
    ['64k', 65_536],
    ['64K', 65_536],
    ['1m', 1_048_576],
    ['1g', undefined],
    ['', undefined],
    ['big', undefined],
  ] as const)
    test(text === '' ? 'nothing' : text, () => assert.equal(bytesOf(text), bytes))
})
