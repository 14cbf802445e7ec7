import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecretQuestion } from '../../../src/remote/connection'
import { sudoPasswords } from '../../../src/remote/sudo-passwords'

const core1 = { name: 'core-1', host: 'core-1', ssh: {} }

/** The passwords of a session whose operator gives these answers, one after the other, and then none. */
function session(answers: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const asked: SecretQuestion[] = []
  const of = sudoPasswords({ secret: async question => answers[asked.push(question) - 1] }, environment)
  return { of, asked }
}

test('a sudo password is asked for once, for one machine, and kept until the session ends', async () => {
  const { of, asked } = session(['open', 'other'])
  assert.equal(await of('one', core1, 'deploy').give(false), 'open')
  // Another connection to the same machine, after the first was closed.
  assert.equal(await of('one', core1, 'deploy').give(false), 'open')
  assert.equal(await of('two', { ...core1, name: 'core-2' }, 'deploy').give(false), 'other')
  assert.deepEqual(
    asked.map(({ machine, reason, echo }) => [machine, reason, echo]),
    [
      ['core-1', 'sudo password of deploy', false],
      ['core-2', 'sudo password of deploy', false],
    ],
  )
  assert.equal(await session([]).of('one', core1, 'deploy').give(false), undefined)
})

test('a wrong one is not kept, and the third question says that it is the last', async () => {
  const { of, asked } = session(['a', 'b', 'c'])
  const { give: password, forget } = of('one', core1, 'deploy')
  assert.deepEqual([await password(false), await password(true), await password(true)], ['a', 'b', 'c'])
  assert.deepEqual(
    asked.map(({ reason, tries }) => [reason, tries?.isLast]),
    [
      ['sudo password of deploy', false],
      ['wrong sudo password of deploy; try again', false],
      ['wrong sudo password of deploy; try again', true],
    ],
  )
  forget()
  assert.equal(await password(false), undefined)
  assert.equal(asked.at(-1)?.reason, 'sudo password of deploy')
})

test('the one of the environment is used without a question, and once', async () => {
  const { of, asked } = session(['typed'], { FLEET_OPS_SUDO_PASSWORD: 'given' })
  const { give: password } = of('one', core1, 'deploy')
  assert.deepEqual([await password(false), await password(true), asked], ['given', undefined, []])
})
