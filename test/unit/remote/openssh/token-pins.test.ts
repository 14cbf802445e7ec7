import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { TokenPins } from '../../../../src/remote/openssh/token-pins'

suite('the PINs of tokens', () => {
  /** A session whose questions are answered in turn, and what was asked in it. */
  function session(...answers: readonly (string | undefined)[]) {
    const pins = new TokenPins()
    const asked: string[] = []
    const ask = async (token: string, isAgain: boolean) => answers[asked.push(isAgain ? `${token} again` : token) - 1]
    return { asked, ssh: () => pins.of(ask) }
  }

  test('one that was right is asked for once', async () => {
    const { asked, ssh } = session('1234')
    const first = ssh()
    assert.equal(await first.answer('a'), '1234')
    first.accept()
    assert.equal(await ssh().answer('a'), '1234')
    assert.deepEqual(asked, ['a'])
  })

  test('each token has its own', async () => {
    const { asked, ssh } = session('1234', '5678')
    const first = ssh()
    assert.deepEqual([await first.answer('a'), await first.answer('b')], ['1234', '5678'])
    first.accept()
    const second = ssh()
    assert.deepEqual([await second.answer('b'), await second.answer('a')], ['5678', '1234'])
    assert.deepEqual(asked, ['a', 'b'])
  })

  test('an ssh that wants it for each signature is given the same', async () => {
    const { asked, ssh } = session('1234')
    const first = ssh()
    assert.deepEqual([await first.answer('a'), await first.answer('a')], ['1234', '1234'])
    assert.deepEqual(asked, ['a'])
  })

  for (const [what, end, answers, expected] of [
    ['until it is right', 'accept', ['1234'], ['a']],
    ['until it is wrong', 'refuse', ['1234', '5678'], ['a', 'a again']],
    ['until nobody knows whether it was', 'end', ['1234', '5678'], ['a', 'a']],
    ['until nobody gave it', undefined, [undefined, '5678'], ['a', 'a']],
  ] as const)
    test(`the others wait ${what}`, async () => {
      const { asked, ssh } = session(...answers)
      const first = ssh()
      const given = first.answer('a')
      const others = [ssh(), ssh()]
      const waiting = others.map(async other => {
        const pin = await other.answer('a')
        other.accept()
        return pin
      })
      assert.deepEqual(asked, ['a'])
      assert.equal(await given, answers[0])
      if (end !== undefined) first[end]()
      first.end()
      assert.deepEqual(await Promise.all(waiting), [answers.at(-1), answers.at(-1)])
      assert.deepEqual(asked, expected)
    })

  test('one that is right no more is asked for again, by an ssh that wants it once more too', async () => {
    const { asked, ssh } = session('old', 'new')
    const first = ssh()
    await first.answer('a')
    first.accept()
    const second = ssh()
    assert.equal(await second.answer('a'), 'old')
    second.refuse()
    assert.equal(await second.answer('a'), 'new')
    second.accept()
    assert.equal(await ssh().answer('a'), 'new')
    assert.deepEqual(asked, ['a', 'a again'])
  })
})
