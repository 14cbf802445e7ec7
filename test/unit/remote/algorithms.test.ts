import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { algorithmsFor } from '../../../src/remote/algorithms'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { startSshd } from '../../quick/sshd'
import { openLink } from './open-link'

test('nothing weak is offered: no SHA-1, MD5, CBC, RC4, 3DES, DSA, and no group under 2048 bits', () => {
  const offered = Object.values(algorithmsFor([])).flat().join(' ')
  assert.match(offered, /curve25519-sha256 .*ssh-ed25519/)
  assert.doesNotMatch(offered, /sha1|md5|cbc|arcfour|3des|dss|group1-|group-exchange-sha1|ssh-rsa\b/)
})

suite('over ssh2', { skip: programPath('sshd') ? false : 'sshd is not installed' }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  for (const [kind, settings, taken] of [
    ['as it is delivered', [], true],
    [
      'that is hardened',
      [
        'KexAlgorithms curve25519-sha256,curve25519-sha256@libssh.org',
        'Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com',
        'MACs hmac-sha2-512-etm@openssh.com',
        'HostKeyAlgorithms ssh-ed25519',
        'PubkeyAcceptedAlgorithms ssh-ed25519',
      ],
      true,
    ],
    ['that has only SHA-1 for its key exchange', ['KexAlgorithms diffie-hellman-group14-sha1'], false],
    ['that has only CBC', ['Ciphers aes256-cbc'], false],
  ] as const)
    test(`an sshd ${kind} is ${taken ? 'taken' : 'refused'}`, async () => {
      const sshd = await startSshd(join(folder, kind.replaceAll(' ', '-')), {
        authorizedKeys: publicKey(key),
        settings,
      })
      const ssh = { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts }
      const opening = openLink({ name: 'core-1', host: '127.0.0.1', ssh })
      if (taken) await (await opening).close()
      else await assert.rejects(opening, /accepts none of the algorithms offered to it/)
      await sshd.stop()
    })
})
