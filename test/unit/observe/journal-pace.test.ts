import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { readJournal } from '../../../src/observe/journal'
import type { Connection } from '../../../src/remote/connection'

test('no more is read of a journal than whoever shows it is ready for', async () => {
  let made = 0
  const output = new Readable({
    highWaterMark: 1,
    read() {
      this.push(made++ < 1000 ? 'line\n' : null)
    },
  })
  const result = Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
  const connection = { machine: { name: 'core-1' }, pipe: async () => ({ input: new PassThrough(), output, result }) }
  let shown = 0
  let go = () => {}
  const held = new Promise<void>(resolve => {
    go = resolve
  })
  const reading = readJournal(connection as unknown as Connection, {
    unit: 'voxcore@1.service',
    lines: 10,
    follow: true,
    signal: new AbortController().signal,
    onLine: () => shown++,
    ready: () => held,
  })
  for (let turn = 0; turn < 50; turn++) await new Promise(done => setImmediate(done))
  assert.equal(shown, 1)
  assert.ok(made < 10, `${made} lines were asked for`)
  go()
  await reading
  assert.equal(shown, 1000)
})
