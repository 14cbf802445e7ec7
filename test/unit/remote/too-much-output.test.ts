import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Connections } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { resolveMachine } from '../../../src/remote/resolve'
import { temporaryFolder } from '../../quick/folder'
import { clients } from './clients'
import { environment, nobody, type OneServer, startOneServer } from './one-server'

for (const { name, skip, client, abilities } of clients)
  suite(`a server that prints without an end, over ${name}`, { skip }, () => {
    const folder = temporaryFolder()
    let server: OneServer
    let connections: Connections
    before(async () => {
      server = await startOneServer(folder, '#!/bin/sh\ncase $* in *endless*) exec cat /dev/zero ;; esac\n')
      connections = createConnections({ prompts: nobody, environment, client, abilities })
    })
    after(async () => {
      await connections.dispose()
      await server.sshd.stop()
    })

    test('is not listened to for ever, and can be asked something else', async () => {
      const connection = await connections.to(server.machine)
      const endless = connection.run('journal', ['endless', '1'])
      await assert.rejects(endless, { phase: 'run', message: 'journal was cut off: it printed more than 32 MiB.' })
      assert.equal((await connection.run('journal', ['other', '1'])).exitCode, 0)
    })
  })

test('an ssh that prints without an end resolves nothing', {
  skip: process.platform === 'win32' && 'there is no sh',
}, async () => {
  const bin = join(temporaryFolder(), 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'ssh'), '#!/bin/sh\nexec cat /dev/zero\n')
  chmodSync(join(bin, 'ssh'), 0o755)
  const machine = { name: 'core-1', host: 'core', ssh: {} }
  await assert.rejects(resolveMachine(machine, { PATH: `${bin}:${process.env.PATH}` }), {
    phase: 'resolve',
    message: 'ssh printed more than 4 MiB of core, which is no configuration.',
  })
})
