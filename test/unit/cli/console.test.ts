import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { Console } from '../../../src/cli/console'
import { beginRunLog } from '../../../src/cli/run-log'
import { span } from '../../../src/plan/styled-text'
import { temporaryFolder } from '../../quick/folder'

/** A process as far as the console uses it. */
function terminal(stdout: Writable = new PassThrough()) {
  const stdin = new PassThrough()
  const asProcess = { env: { XDG_STATE_HOME: temporaryFolder() }, stdin, stdout, stderr: new PassThrough() }
  const { stderr } = asProcess
  return { stdin, stderr, console: new Console(asProcess as unknown as NodeJS.Process) }
}

test('what is typed hidden reaches no log of a run, whoever prints it', async () => {
  const { stdin, console } = terminal()
  const log = beginRunLog(console, 'production reload', Date.UTC(2026, 0, 2))
  const asked = console.ask('sudo password: ', { hidden: true })
  stdin.write('correct horse\r')
  assert.equal(await asked, 'correct horse')
  log.write('sudo: correct horse is wrong\n')
  assert.equal(readFileSync(log.path, 'utf8'), 'sudo: (a secret) is wrong\n')
  log.close()
})

test('what is typed for all to see is no secret', async () => {
  const { stdin, console } = terminal()
  const asked = console.ask('Carry this out? ')
  stdin.write('yes please\n')
  assert.equal(await asked, 'yes please')
  assert.equal(console.secrets.hideIn('yes please'), 'yes please')
})

test('lines are recorded while something records, and no longer', async () => {
  const { console } = terminal()
  const recorded: string[] = []
  const say = (text: string) => console.lines([[span('plain', text)]])
  say('before')
  await console.recording(
    lines => recorded.push(...lines.flatMap(line => line.map(({ text }) => text))),
    async () => say('meanwhile'),
  )
  say('after')
  assert.deepEqual(recorded, ['meanwhile'])
})

test('a reader that is slow is waited for, until it has read or nobody wants to wait any more', async () => {
  let read = () => {}
  const slow = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      read = done
    },
  })
  const { console } = terminal(slow)
  const { signal } = new AbortController()
  await console.drained(signal)
  console.write('line')
  let isDrained = false
  const drained = console.drained(signal).then(() => {
    isDrained = true
  })
  await new Promise(done => setImmediate(done))
  assert.equal(isDrained, false)
  read()
  await drained
  console.write('line')
  const stop = new AbortController()
  const waiting = console.drained(stop.signal)
  stop.abort()
  await waiting
})

test('a question that a server has put in its own words cannot drive the terminal', async () => {
  const { stdin, stderr, console } = terminal()
  const answer = console.ask('core-1: \u001b[2JCode\u0007: ')
  stdin.write('123\n')
  assert.equal(await answer, '123')
  assert.equal(String(stderr.read()), 'core-1: Code: ')
})
