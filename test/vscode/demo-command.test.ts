import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'

/** `npm run demo` as it is typed in a terminal: what it says, what it opens, and what is left when it ends. */
describe('npm run demo', { concurrency: 1 }, () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'fleet-ops-demo-test-'))
    mkdirSync(join(directory, 'tmp'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))

  const leftovers = () => readdirSync(join(directory, 'tmp'))

  test('shows the fleet', async () => {
    const demo = startDemo(directory, ['--check'])
    const [code] = await once(demo.process, 'close')
    assert.equal(code, 0, demo.output())
    assert.match(demo.output(), /The demo fleet is up, after \d+ s/)
    assert.deepEqual(leftovers(), [])
  })

  test('lets in who has its address, nobody else, and takes everything with it on Ctrl-C', async () => {
    const demo = startDemo(directory)
    const address = await demo.address
    const { origin } = new URL(address)
    assert.equal((await fetch(origin)).status, 403)
    const answer = await fetch(address, { redirect: 'manual' })
    assert.equal(answer.status, 302)
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await fetch(new URL(answer.headers.get('location') ?? '', address), { headers: { cookie } })
    assert.match(await page.text(), /vscode-workbench-web-configuration/)
    demo.process.kill('SIGINT')
    const [code] = await once(demo.process, 'close')
    assert.equal(code, 0, demo.output())
    await assert.rejects(fetch(origin))
    assert.deepEqual(leftovers(), [])
  })

  test('opens the code that is installed, with directories of its own', async () => {
    const log = join(directory, 'calls')
    const program = join(directory, 'code')
    writeFileSync(program, `#!/bin/sh\n[ "$1" = --version ] && echo 1.120.0 || echo "$@" >>'${log}'\n`)
    chmodSync(program, 0o755)
    const demo = startDemo(directory, [], {
      DISPLAY: ':0',
      PATH: `${directory}:${process.env.PATH}`,
      VSCODE_IPC_HOOK_CLI: '',
    })
    const [code] = await once(demo.process, 'close')
    assert.equal(code, 0, demo.output())
    const [install, open] = readFileSync(log, 'utf8').trim().split('\n')
    const own = /--user-data-dir \S+fleet-ops-demo-\w+\/data --extensions-dir \S+fleet-ops-demo-\w+\/extensions/
    assert.match(install ?? '', own)
    assert.match(install ?? '', /--install-extension \S+\/fleet-ops-[\d.]+\.vsix$/)
    assert.match(open ?? '', own)
    assert.match(open ?? '', /--new-window --wait .*\/demo-fleet$/)
    assert.deepEqual(leftovers(), [])
  })

  test('says what is missing where nothing can be shown', async () => {
    const demo = startDemo(directory, [], { PATH: '', FLEET_OPS_CACHE: join(directory, 'cache') })
    const [code] = await once(demo.process, 'close')
    assert.equal(code, 1, demo.output())
    assert.match(demo.output(), /"code" is not on the PATH/)
    assert.match(demo.output(), /apt-get install g\+\+ make python3 pkg-config libkrb5-dev/)
    assert.deepEqual(leftovers(), [])
  })
})

interface Demo {
  readonly process: ChildProcess
  output(): string
  /** What is to be opened in a browser. */
  readonly address: Promise<string>
}

/** Starts it with a temporary folder of its own, on a machine without a desktop unless `environment` says otherwise. */
function startDemo(directory: string, args: string[] = [], environment: Record<string, string> = {}): Demo {
  const { DISPLAY, WAYLAND_DISPLAY, ...inherited } = process.env
  const child = spawn(process.execPath, [resolve('scripts/demo.mjs'), ...args], {
    env: { ...inherited, TMPDIR: join(directory, 'tmp'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const address = new Promise<string>((found, failed) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => {
        output += text
        const [, line] = /(http:\/\/127\.0\.0\.1:\S+)\n/.exec(output) ?? []
        if (line) found(line)
      })
    child.once('close', () => failed(new Error(`it ended:\n${output}`)))
  })
  // Only some tests wait for it.
  address.catch(() => {})
  return { process: child, output: () => output, address }
}
