import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createConnections } from '../../../../src/remote/connections'
import { temporaryFolder } from '../../../quick/folder'
import { makeKey, publicKey } from '../../../quick/keys'
import { type SlowRelay, startSlowRelay } from '../../../quick/slow-relay'
import { type Sshd, startSshd } from '../../../quick/sshd'
import { opensshClients } from '../clients'
import { environment, nobody } from '../one-server'

/** sshd's usual, but that it turns away each that is one too many, and not three of ten. */
const fewLogins = 'MaxStartups 10:100:10'

// One connection that is shared is one login.
for (const { name, skip, abilities, client } of opensshClients.filter(({ sharesConnections }) => !sharesConnections))
  suite(`${name}, where each command logs in anew`, { skip }, () => {
    const folder = temporaryFolder()
    const identityFile = makeKey(join(folder, 'id'))
    const knownHostsFile = join(folder, 'known_hosts')
    let jump: Sshd
    let sshd: Sshd
    /** Logging in takes a while, so that all of them are at it at once. */
    let relay: SlowRelay

    before(async () => {
      const authorizedKeys = publicKey(identityFile)
      jump = await startSshd(join(folder, 'jump'), { authorizedKeys, settings: [fewLogins] })
      sshd = await startSshd(join(folder, 'sshd'), { authorizedKeys })
      relay = await startSlowRelay(jump.port, 20)
      const known = [
        [relay.port, jump.hostKey],
        [sshd.port, sshd.hostKey],
      ] as const
      writeFileSync(knownHostsFile, known.map(([port, key]) => `[127.0.0.1]:${port} ${key}\n`).join(''))
    })
    after(async () => {
      relay.stop()
      await sshd.stop()
      await jump.stop()
    })

    test('does so at no jump host more often at once than that lets it', async () => {
      const connections = createConnections({ prompts: nobody, environment, client, abilities })
      const proxyJump = `${jump.user}@127.0.0.1:${relay.port}`
      const ssh = { user: sshd.user, port: sshd.port, identityFile, knownHostsFile, proxyJump }
      const runs = ['core-1', 'core-2'].map(async machine => {
        const connection = await connections.to({ name: machine, host: '127.0.0.1', ssh })
        const commands = Array.from({ length: 6 }, () => connection.run('journal', ['x', 'y']))
        return (await Promise.all(commands)).map(({ exitCode }) => exitCode)
      })
      try {
        assert.deepEqual((await Promise.all(runs)).flat(), Array(12).fill(64))
      } finally {
        await connections.dispose()
      }
      assert.doesNotMatch(jump.log(), /past MaxStartups/)
    })
  })
