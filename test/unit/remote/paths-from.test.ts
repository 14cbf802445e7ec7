import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { sshFrom, withPathsFrom } from '../../../src/remote/paths-from'

const folder = resolve('some', 'folder')

/** What fleet.yaml says, and the file that it means. */
const paths: readonly (readonly [string, string])[] = [
  ['keys/deploy', join(folder, 'keys', 'deploy')],
  ['./deploy', join(folder, 'deploy')],
  ['../deploy', resolve('some', 'deploy')],
  ['~deploy/key', join(folder, '~deploy', 'key')],
  ['~/.ssh/deploy', '~/.ssh/deploy'],
  ['~', '~'],
  [resolve('/etc/keys/deploy'), resolve('/etc/keys/deploy')],
]

for (const [written, meant] of paths)
  test(`${written} is ${meant === written ? 'left as it is' : 'looked for from the folder of fleet.yaml'}`, () => {
    assert.deepEqual(sshFrom(folder, { identityFile: written, knownHostsFile: written, user: 'deploy' }), {
      identityFile: meant,
      knownHostsFile: meant,
      user: 'deploy',
    })
  })

test('every machine of a fleet is meant: the servers, the load balancer, and the servers that lead to others', () => {
  const text = readFileSync('test/unit/fleet/fixtures/good/relative-paths.fleet.yaml', 'utf8')
  const { fleet } = checkFleet(parseFleetDocument(text))
  assert.ok(fleet)
  const { ssh, loadBalancer, servers } = withPathsFrom(folder, fleet)
  const all = join(folder, 'keys', 'deploy')
  assert.equal(ssh.identityFile, all)
  assert.equal(loadBalancer.machine.ssh.knownHostsFile, join(folder, 'known_hosts'))
  assert.deepEqual(
    servers.map(server => [server.name, server.ssh.identityFile, server.ssh.jumpServers?.[0]?.ssh.identityFile]),
    [
      ['core-1', join(folder, 'keys', 'core-1'), undefined],
      ['core-2', all, join(folder, 'keys', 'core-1')],
    ],
  )
})
