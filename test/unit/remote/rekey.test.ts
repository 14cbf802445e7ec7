import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import type { Prompts } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { startSshd } from '../../quick/sshd'
import { openLink } from './open-link'

const nobody: Prompts = { trustHostKey: async () => false, secret: async () => undefined }

suite('a server that changes its keys in the middle', { skip: programPath('sshd') ? false : 'no sshd' }, () => {
  const folder = temporaryFolder()

  test('loses no work, however much is on its way', async context => {
    const bytes = randomBytes(2 * 1024 * 1024)
    const sum = createHash('sha256').update(bytes).digest('hex')
    const key = makeKey(join(folder, 'id'))
    writeFileSync(join(folder, 'bytes'), bytes)
    const sshd = await startSshd(folder, {
      authorizedKeys: publicKey(key),
      settings: ['RekeyLimit 256K', 'LogLevel DEBUG1'],
      programs: { journalctl: `#!/bin/sh\ncat ${join(folder, 'bytes')}\n` },
    })
    const worker = createServer((_, response) => response.end('x'.repeat(60_000)))
    await once(worker.listen(0, '127.0.0.1'), 'listening')
    const endpoint = { kind: 'port', port: (worker.address() as AddressInfo).port } as const
    const connections = createConnections({ prompts: nobody, environment: { PATH: process.env.PATH } })
    try {
      const ssh = { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts }
      const machine = { name: 'core-1', host: '127.0.0.1', ssh }
      const connection = await connections.to(machine)
      const read = async () => {
        const { input, output, result } = await connection.pipe('journal', ['a.service', '1'])
        input.end()
        const given = await buffer(output)
        assert.equal(createHash('sha256').update(given).digest('hex'), sum)
        assert.equal((await result).exitCode, 0)
      }
      const ask = async () => {
        for (let time = 0; time < 10; time++) {
          const { body } = await connection.get({ endpoint, path: '/', timeoutMilliseconds: 60_000 })
          assert.equal(body.length, 60_000)
        }
      }
      const link = await openLink(machine)
      const write = async () => {
        const { stdin, stdout, exit } = await link.exec('sha256sum')
        stdin.end(bytes)
        assert.ok((await text(stdout)).startsWith(sum))
        assert.equal(await exit, 0)
      }
      context.mock.timers.enable({ apis: ['setTimeout'] })
      await Promise.all([read(), ask(), read(), ask(), write(), write()])
      // Nor is it taken for one that is being opened anew, which has half a minute for that.
      context.mock.timers.tick(100_000)
      await read()
      await link.close()
      const changes = sshd.log().match(/rekeying in progress|SSH2_MSG_KEXINIT sent/g)?.length ?? 0
      assert.ok(changes > 10, `its keys changed ${changes} times`)
    } finally {
      await connections.dispose()
      worker.close()
      await sshd.stop()
    }
  })
})
