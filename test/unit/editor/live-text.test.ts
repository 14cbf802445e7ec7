import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveText } from '../../../src/editor/runs/live-text'
import { styled } from '../../../src/editor/runs/terminal-text'
import { Screen } from './screen'

function terminal(columns = 40) {
  const screen = new Screen()
  return { screen, text: new LiveText(data => screen.write(data), { columns }) }
}

test('printed lines stay, in their order', () => {
  const { screen, text } = terminal()
  text.print('one')
  text.print('two\nthree')
  assert.deepEqual(screen.lines, ['one', 'two', 'three'])
})

test('a live line is rewritten in its place, beneath what is printed', () => {
  const { screen, text } = terminal()
  text.print('plan')
  text.live('waiting: 2 calls left')
  text.print('nginx said something')
  text.live('waiting: 1 call')
  assert.deepEqual(screen.lines, ['plan', 'nginx said something', 'waiting: 1 call'])
  text.live()
  text.print('done')
  assert.deepEqual(screen.lines, ['plan', 'nginx said something', 'done'])
})

test('several live lines are rewritten together, more of them and fewer', () => {
  const { screen, text } = terminal()
  text.live('a 1', 'b 1')
  text.live('a 2', 'b 2', 'c 2')
  text.print('kept')
  assert.deepEqual(screen.lines, ['kept', 'a 2', 'b 2', 'c 2'])
  text.live('c 3')
  assert.deepEqual(screen.lines, ['kept', 'c 3'])
})

test('more live lines than a small terminal has rows are counted instead', () => {
  const { screen, text } = terminal()
  text.live(...Array.from({ length: 11 }, (_, index) => `line ${index}`))
  assert.equal(screen.lines.length, 9)
  assert.equal(screen.lines.at(-1)?.trim(), '… +3')
  text.live()
  assert.deepEqual(screen.lines, [''])
})

test('a live line is cut to the width, since one that wraps could not be erased; colours take no room', () => {
  const { screen, text } = terminal(12)
  text.live(`${styled('✓', 'green')} 12345678901234567890`)
  assert.deepEqual(screen.lines, ['✓ 12345678…'])
  text.columns = 8
  assert.deepEqual(screen.lines, ['✓ 1234…'])
})

test('what was printed is kept for the log, without live lines and colours', () => {
  const { text } = terminal()
  text.print(styled('bold', 'bold'))
  text.live('gone')
  text.print('end')
  assert.equal(text.printed, 'bold\nend\n')
})

test('what is printed is recorded as it is said, and what is noted; what is only shown is not', () => {
  const { text } = terminal()
  text.print('before')
  const recorded: string[] = []
  text.record = line => recorded.push(line)
  text.print(styled('bold', 'bold'))
  text.note('noted')
  text.show('shown')
  text.live('gone')
  assert.deepEqual(recorded, ['bold\n', 'noted\n'])
})

test('what is to be hidden is hidden on the screen and in the record', () => {
  const screen = new Screen()
  const text = new LiveText(data => screen.write(data), { hide: said => said.replaceAll('hunter2', '(a secret)') })
  text.print('sudo: hunter2')
  text.show('shown: hunter2')
  text.live('live: hunter2')
  assert.deepEqual(screen.lines, ['sudo: (a secret)', 'shown: (a secret)', 'live: (a secret)'])
  assert.equal(text.printed, 'sudo: (a secret)\n')
})
