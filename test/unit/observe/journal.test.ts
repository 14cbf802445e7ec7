import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJournal } from '../../../src/observe/journal'
import { type Connection, type Connections, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { type Sshd, startSshd } from '../../quick/sshd'

/** Says how it was called, and something that would drive a terminal; followed, it waits for ever, as for a unit that is silent. */
const journalctl = (folder: string) => `#!/bin/sh
echo $$ >${folder}/pid
echo "$*"
printf '\\033]0;title\\007\\033[2Jred\\rgreen\\n'
case "$*" in
  *missing*) echo 'No such unit' >&2; exit 1 ;;
  *--follow*) exec sleep 1000 ;;
esac
`

suite('a journal over a real sshd', { skip: programPath('sshd') ? false : 'no sshd' }, () => {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id'))
  const never = new AbortController().signal
  let sshd: Sshd
  let connections: Connections
  let connection: Connection

  const connect = () =>
    connections.to({
      name: 'core-1',
      host: '127.0.0.1',
      ssh: { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts },
    })

  before(async () => {
    sshd = await startSshd(folder, { authorizedKeys: publicKey(key), programs: { journalctl: journalctl(folder) } })
    connections = createConnections({
      prompts: { trustHostKey: async () => false, secret: async () => undefined },
      environment: { PATH: process.env.PATH },
    })
    connection = await connect()
  })
  after(async () => {
    await connections.dispose()
    await sshd.stop()
  })

  /** Follows until the last line of the beginning has come. */
  function follow(signal: AbortSignal, unit = 'voxcore@3.service') {
    const lines: string[] = []
    let ended = Promise.resolve()
    const begun = new Promise<void>((resolve, reject) => {
      const onLine = (line: string) => {
        lines.push(line)
        if (line === 'redgreen') resolve()
      }
      ended = readJournal(connection, { unit, lines: 100, follow: true, signal, onLine })
      ended.catch(reject)
    })
    begun.catch(() => {})
    return { lines, begun, ended }
  }

  const isRunning = (pid: number) => existsSync(`/proc/${pid}`)

  test('is read to its end, without what would drive a terminal', async () => {
    const lines: string[] = []
    const options = { unit: 'voxcore@3.service', lines: 7, follow: false, signal: never }
    await readJournal(connection, { ...options, onLine: line => lines.push(line) })
    assert.deepEqual(lines, ['--no-pager --quiet --output=short-iso --lines=7 --unit=voxcore@3.service', 'redgreen'])
  })

  test('is followed until it is ended, and what follows it on the server ends too', async () => {
    const end = new AbortController()
    const { lines, begun, ended } = follow(end.signal)
    await begun
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    assert.ok(isRunning(pid))
    end.abort()
    await ended
    while (isRunning(pid)) await sleep(5)
    assert.deepEqual(lines, ['--follow --no-pager --output=short-iso --lines=100 --unit=voxcore@3.service', 'redgreen'])
  })

  test('that cannot be read says why', async () => {
    const { ended } = follow(never, 'missing.service')
    await assert.rejects(ended, { name: 'RemoteError', message: /The journal of missing\.service cannot be read/ })
    await assert.rejects(follow(never, '--help').ended, { name: 'RemoteError', message: /not a unit: --help/ })
  })

  test('whose connection breaks says so, and is followed over a new one', async () => {
    const { begun, ended } = follow(never)
    await begun
    sshd.drop()
    await assert.rejects(ended, RemoteError)
    connection = await connect()
    const end = new AbortController()
    const again = follow(end.signal)
    await again.begun
    end.abort()
    await again.ended
  })
})
