import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, suite, test } from 'node:test'
import type { KeptPassphrases, SecretQuestion } from '../../../src/remote/connection'
import { KeyFiles, keyFileFingerprint } from '../../../src/remote/key-files'
import { temporaryFolder } from '../../quick/folder'
import { copyKey, makeKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'

const passphrase = 'open sesame'

/** An operator who gives these answers, one after the other, and then none. */
function operator(...answers: readonly (string | undefined)[]) {
  const asked: SecretQuestion[] = []
  return { asked, secret: async (question: SecretQuestion) => answers[asked.push(question) - 1] }
}

/** A place for passphrases whose owner answers every offer with yes. */
class Kept implements KeptPassphrases {
  readonly all = new Map<string, string>()
  get = async (fingerprint: string) => this.all.get(fingerprint)
  forget = async (fingerprint: string) => void this.all.delete(fingerprint)
  offer = ({ fingerprint }: { fingerprint: string }, given: string) => void this.all.set(fingerprint, given)
}

suite('a key with a passphrase', { skip: programPath('ssh-keygen') ? false : 'ssh-keygen is not installed' }, () => {
  const folder = temporaryFolder()
  const path = (name: string) => join(folder, name)
  const plain = makeKey(path('plain'))
  const key = copyKey(plain, path('key'), { passphrase, rounds: 1 })
  const fingerprintOf = (file: string) => keyFileFingerprint(readFileSync(file, 'latin1'))
  let kept: Kept
  beforeEach(() => {
    kept = new Kept()
  })

  test('is asked for three times, and then passed over with words', async () => {
    const { asked, secret } = operator('a', 'b', 'c', passphrase)
    await assert.rejects(new KeyFiles(kept).open(key, 'core-1', { secret }), {
      name: 'KeyFileError',
      message: `${key} could not be unlocked: every passphrase was wrong`,
    })
    assert.deepEqual(
      asked.map(({ reason, tries }) => [reason, tries?.isLast]),
      [
        [`passphrase of ${key}`, false],
        [`wrong passphrase of ${key}; try again`, false],
        [`wrong passphrase of ${key}; try again`, true],
      ],
    )
    assert.ok(asked.every(({ machine, echo, tries }) => machine === 'core-1' && !echo && tries?.of.endsWith(key)))
    assert.equal(kept.all.size, 0)
  })

  test('stays open for the session once it is open', async () => {
    const keys = new KeyFiles()
    assert.ok(await keys.open(key, 'core-1', operator(passphrase)))
    const { asked, secret } = operator()
    assert.ok(await keys.open(key, 'core-2', { secret }))
    assert.deepEqual(asked, [])
  })

  test('is not asked for in the next session if it was kept', async () => {
    assert.ok(await new KeyFiles(kept).open(key, 'core-1', operator('wrong', passphrase)))
    assert.deepEqual([...kept.all], [[fingerprintOf(key), passphrase]])
    const { asked, secret } = operator()
    assert.ok(await new KeyFiles(kept).open(key, 'core-1', { secret }))
    assert.deepEqual(asked, [])
  })

  test('that was kept and is wrong is forgotten, and asked for again', async () => {
    kept.all.set(fingerprintOf(key), 'of long ago')
    const { asked, secret } = operator(undefined)
    assert.equal(await new KeyFiles(kept).open(key, 'core-1', { secret }), undefined)
    assert.equal(asked[0]?.reason, `passphrase of ${key}`)
    assert.equal(kept.all.size, 0)
  })

  test('is kept for the file as it is: another passphrase makes it another', async () => {
    const changed = path('changed')
    copyFileSync(key, changed)
    kept.all.set(fingerprintOf(changed), passphrase)
    execFileSync('ssh-keygen', ['-q', '-p', '-P', passphrase, '-N', 'another one', '-a', '1', '-f', changed])
    const { asked, secret } = operator('another one')
    assert.ok(await new KeyFiles(kept).open(changed, 'core-1', { secret }))
    assert.equal(asked.length, 1)
  })

  test('that nobody gives for one machine is asked for by the others that wait for it', async () => {
    const keys = new KeyFiles()
    const { asked, secret } = operator(undefined, passphrase)
    const machines = ['core-1', 'core-2', 'core-3']
    const opened = await Promise.all(machines.map(machine => keys.open(key, machine, { secret })))
    assert.deepEqual(opened.map(Boolean), [false, true, true])
    assert.deepEqual(
      asked.map(({ machine }) => machine),
      ['core-1', 'core-2'],
    )
  })

  test('is opened beside the work of this thread', async () => {
    const slow = copyKey(plain, path('slow'), { passphrase, rounds: 8 })
    let turns = 0
    let over = false
    const turn = () => {
      turns++
      if (!over) setImmediate(turn)
    }
    turn()
    assert.ok(await new KeyFiles().open(slow, 'core-1', operator(passphrase)))
    over = true
    // In this thread it would have been a few: deriving a key is one long step.
    assert.ok(turns > 50, `${turns} turns`)
  })

  test('that is encrypted in a way which is not known here says how to mend that', async () => {
    const chacha = path('chacha')
    execFileSync('ssh-keygen', [
      ...['-q', '-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', '-a', '1'],
      ...['-N', passphrase, '-f', chacha],
    ])
    await assert.rejects(new KeyFiles().open(chacha, 'core-1', operator(passphrase, 'x', 'x')), {
      name: 'KeyFileError',
      message: /uses an unsupported encryption \(re-encrypt it with `ssh-keygen -p -f .*chacha`\)/,
    })
  })
})
