import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Limit } from '../../../src/remote/limit'
import { LineQueue } from '../../../src/remote/line-queue'
import { LineSplitter } from '../../../src/remote/script-channel'

suite('a limit', () => {
  test('lets at most so many in at once, in their order, and all in the end', async () => {
    const limit = new Limit(3)
    const order: number[] = []
    let running = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        limit.run(async () => {
          order.push(index)
          most = Math.max(most, ++running)
          await new Promise(done => setTimeout(done, index % 3))
          running--
        }),
      ),
    )
    assert.equal(most, 3)
    assert.deepEqual(
      order,
      order.toSorted((one, other) => one - other),
    )
    assert.equal(order.length, 20)
  })

  test('gives the place of what failed to the next', async () => {
    const limit = new Limit(1)
    await assert.rejects(limit.run(() => Promise.reject(new Error('no'))))
    assert.equal(await limit.run(async () => 'yes'), 'yes')
  })

  test('is left once, however often', async () => {
    const limit = new Limit(1)
    const leave = await limit.enter()
    leave()
    leave()
    await limit.enter()
    const second = limit.enter()
    assert.equal(
      await Promise.race([second.then(() => 'in'), new Promise(done => setTimeout(done, 20, 'waits'))]),
      'waits',
    )
  })
})

suite('lines', () => {
  for (const [pieces, lines] of [
    [['a\nb\n'], ['a', 'b']],
    [
      ['a', 'b\n', 'c'],
      ['ab', 'c'],
    ],
    [['a\r\nb\r\n'], ['a', 'b']],
    [
      ['a\r', '\nb'],
      ['a', 'b'],
    ],
    [['\n\n'], ['', '']],
    [[''], []],
  ] as const)
    test(`${JSON.stringify(pieces)} are ${JSON.stringify(lines)}`, () => {
      const found: string[] = []
      const splitter = new LineSplitter(line => found.push(line))
      for (const piece of pieces) splitter.push(piece)
      splitter.end()
      assert.deepEqual(found, lines)
    })

  test('that never end are broken', () => {
    const found: number[] = []
    const splitter = new LineSplitter(line => found.push(line.length))
    const piece = 'x'.repeat(400_000)
    for (let pieces = 0; pieces < 4; pieces++) splitter.push(piece)
    splitter.push('\nx')
    splitter.end()
    assert.deepEqual(found, [1_200_000, 400_000, 1])
  })

  test('are not kept where nobody reads them', async () => {
    const queue = new LineQueue()
    queue.leave()
    queue.push('one')
    queue.end()
    for await (const line of queue) assert.fail(line)
  })

  test('are read as they come, until the end', async () => {
    const queue = new LineQueue()
    const read = (async () => {
      const lines: string[] = []
      for await (const line of queue) lines.push(line)
      return lines
    })()
    queue.push('one')
    await new Promise(done => setTimeout(done, 5))
    queue.push('two')
    queue.end()
    assert.deepEqual(await read, ['one', 'two'])
  })

  test('are not kept for a reader that has gone', async () => {
    const queue = new LineQueue()
    queue.push('one')
    for await (const line of queue) {
      assert.equal(line, 'one')
      break
    }
    queue.push('two')
    queue.end()
    const left: string[] = []
    for await (const line of queue) left.push(line)
    assert.deepEqual(left, [])
  })
})
