import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { scriptBegins, scriptText } from '../../../src/remote/scripts'
import { temporaryFolder } from '../../quick/folder'

test('what python3 is given is what its version 3.6 reads, as servers still have it', {
  skip: existsSync('/usr/bin/python3') ? false : 'there is no /usr/bin/python3',
}, () => {
  const program = /python3 -c '([^']+)'/.exec(scriptText('connect-socket'))?.[1] ?? assert.fail('there is no program')
  const read = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 6))'
  execFileSync('/usr/bin/python3', ['-c', read], { input: program })
})

for (const program of ['/usr/bin/python3', '/usr/bin/perl', undefined])
  suite(`connect-socket by ${program ?? 'nothing'}`, {
    skip: program === undefined || existsSync(program) ? false : `there is no ${program}`,
  }, () => {
    const folder = temporaryFolder()
    const bin = join(folder, 'bin')
    const socket = join(folder, 'a socket, and its name')
    const bytes = randomBytes(1024 * 1024)
    // Answers once it has all that is sent to it.
    const server = createServer({ allowHalfOpen: true }, peer => {
      const pieces: Buffer[] = []
      peer.on('data', piece => pieces.push(piece)).on('end', () => peer.end(Buffer.concat(pieces)))
    })

    before(async () => {
      mkdirSync(bin)
      const [name] = program?.split('/').slice(-1) ?? []
      if (name !== undefined) writeFileSync(join(bin, name), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 })
      await once(server.listen(socket), 'listening')
    })
    after(() => server.close())

    async function connect(path: string) {
      const child = spawn('/bin/sh', ['-s', '--', path], { env: { PATH: bin } })
      child.stdin.on('error', () => {}).write(scriptText('connect-socket'))
      const said = text(child.stderr)
      child.stdout.once('data', () => child.stdin.end(bytes))
      const printed = await buffer(child.stdout)
      const begins = Buffer.from(`${scriptBegins}\n`)
      assert.ok(printed.subarray(0, begins.length).equals(begins))
      const answer = printed.subarray(begins.length)
      const error = (await said).replace(`${scriptBegins}\n`, '').trim()
      return { answer, error, code: child.exitCode ?? (await once(child, 'close'))[0] }
    }

    if (program === undefined)
      test('says what is missing', async () => {
        const { code, error } = await connect(socket)
        assert.equal(code, 65)
        assert.match(error, /neither python3 nor perl/)
      })
    else {
      test('leads there and back, byte for byte', async () => {
        const { answer, code } = await connect(socket)
        assert.equal(answer.length, bytes.length)
        assert.ok(answer.equals(bytes))
        assert.equal(code, 0)
      })

      test('says that nothing listens', async () => {
        const { code, error } = await connect(join(folder, 'nothing'))
        assert.deepEqual({ code, error }, { code: 70, error: 'connect failed' })
      })
    }
  })
