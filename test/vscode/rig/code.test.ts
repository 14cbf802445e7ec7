import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'

/** What the stand-in for `code` exits with, by what its tests do. A dead extension host must not pass for one that is content. */
const cases = [
  { tests: 'passes.mjs', code: 0 },
  { tests: 'fails.mjs', code: 1, says: /1 test failed/ },
  { tests: 'dies.mjs', code: 70, says: /The extension host died before the tests ended/ },
]

describe('the stand-in for code', { concurrency: 1 }, () => {
  for (const { tests, code, says } of cases) {
    test(`exits with ${code} for ${tests}, and leaves nothing behind`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-rig-'))
      try {
        const ended = await runCode(directory, [
          `--extensionDevelopmentPath=${resolve('.')}`,
          `--extensionTestsPath=${resolve('test/vscode/rig/fixtures', tests)}`,
          resolve('test/vscode/fixtures/bare'),
        ])
        assert.equal(ended.code, code, ended.output)
        if (says) assert.match(ended.output, says)
        assert.deepEqual(readdirSync(directory), [])
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    })
  }
})

/** Runs it with a temporary folder of its own. */
async function runCode(directory: string, args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [resolve('test/vscode/rig/code.mjs'), ...args], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  const [code] = await once(child, 'close')
  return { code, output }
}
