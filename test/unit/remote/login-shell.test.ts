import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Prompts } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { startSshd } from '../../quick/sshd'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }
const awkward = ['a b', "it's", 'x!y', '$HOME', 'back\\slash', '"quoted"', '*', '~', 'ä€']

/** What stands between sshd and `sh` on some servers. */
for (const shell of ['tcsh', 'fish', 'zsh', 'mksh', 'dash'])
  suite(`behind ${shell} as login shell`, {
    skip: programPath(shell) && programPath('sshd') ? false : `${shell} or sshd is not installed`,
  }, () => {
    const folder = temporaryFolder()

    test('a script is given its arguments as they are', async () => {
      const key = makeKey(join(folder, 'id'))
      mkdirSync(join(folder, 'bin'), { recursive: true })
      const sshd = await startSshd(folder, {
        authorizedKeys: publicKey(key),
        settings: [`ForceCommand ${programPath(shell)} -c "$SSH_ORIGINAL_COMMAND"`],
        // In place of `sh`, so that nothing but the login shell has seen the words.
        programs: { sh: '#!/bin/dash\nshift 2\nfor word do printf \'%s\\n\' "$word"; done\n' },
      })
      const connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
      try {
        const ssh = { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts }
        const connection = await connections.to({ name: 'core-1', host: '127.0.0.1', ssh })
        assert.deepEqual((await connection.run('journal', awkward)).stdout.trimEnd().split('\n'), awkward)
        const long = 'c2VydmVyIA'.repeat(11_000)
        assert.equal((await connection.run('journal', [long])).stdout, `${long}\n`)
      } finally {
        await connections.dispose()
        await sshd.stop()
      }
    })
  })
