import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { CommandLine } from './command-line'

const commandLine = new CommandLine()
after(() => commandLine.dispose())
const fixture = (name: string) => `test/unit/cli/fixtures/${name}`

test('a good file exits with 0 and says so', async () => {
  assert.deepEqual(await commandLine.run('validate', fixture('good.fleet.yaml')), {
    code: 0,
    stdout: '',
    stderr: `${fixture('good.fleet.yaml')}: no errors\n`,
  })
})

test('an error exits with 1, a warning with 0; each is on a line that editors can jump to', async () => {
  const bad = await commandLine.run('validate', fixture('bad.fleet.yaml'))
  assert.equal(bad.code, 1)
  assert.match(bad.stdout, /^test\/unit\/cli\/fixtures\/bad.fleet.yaml:4:\d+: error: .*workerz.* \[unknown-key\]$/m)
  const unwise = await commandLine.run('validate', fixture('unwise.fleet.yaml'))
  assert.equal(unwise.code, 0)
  assert.match(unwise.stdout, /: warning: .*\[server-over-cores\]$/m)
  assert.match(unwise.stderr, /no errors, 1 warning/)
})

test('what is only for information is no warning', async () => {
  const { stderr } = await commandLine.run('validate', fixture('informed.fleet.yaml'))
  assert.equal(stderr, `${fixture('informed.fleet.yaml')}: no errors, 1 note\n`)
})

test('a file that cannot be read does not keep the others from being checked', async () => {
  const missing = fixture('missing.fleet.yaml')
  const files = [fixture('good.fleet.yaml'), missing, fixture('bad.fleet.yaml')]
  const said = await commandLine.run('validate', ...files)
  assert.equal(said.code, 2)
  assert.match(said.stdout, /bad.fleet.yaml:4:\d+: error: .*\[unknown-key\]/)
  assert.match(said.stderr, /good.fleet.yaml: no errors\n/)
  assert.match(said.stderr, /error: .*missing.fleet.yaml cannot be read: no such file/)
  const json = await commandLine.run('validate', '--json', ...files)
  assert.deepEqual([json.code, json.stderr.includes(missing)], [2, true])
  assert.ok(JSON.parse(json.stdout).length > 0)
})

test('--json gives the findings of all files, lines and columns from 1 in UTF-16 code units, the end exclusive', async () => {
  const { code, stdout } = await commandLine.run(
    'validate',
    '--json',
    fixture('good.fleet.yaml'),
    fixture('bad.fleet.yaml'),
  )
  assert.equal(code, 1)
  const found = JSON.parse(stdout)
  const text = readFileSync(fixture('bad.fleet.yaml'), 'utf8')
  const { findings } = checkFleet(parseFleetDocument(text))
  assert.equal(found.length, findings.length)
  const lines = text.split('\n')
  for (const [index, record] of found.entries()) {
    assert.deepEqual(Object.keys(record), [
      'file',
      'line',
      'column',
      'endLine',
      'endColumn',
      'severity',
      'code',
      'message',
    ])
    const { range, code, severity, message } = findings[index] ?? assert.fail()
    assert.deepEqual(
      [record.file, record.code, record.severity, record.message],
      [fixture('bad.fleet.yaml'), code, severity, message],
    )
    assert.equal(record.line, record.endLine, 'these findings are on one line')
    assert.equal(
      lines[record.line - 1]?.slice(record.column - 1, record.endColumn - 1),
      text.slice(range.start, range.end),
    )
  }
  const key = found.find(({ code }: { code: string }) => code === 'unknown-key')
  assert.deepEqual([key.line, key.column], [4, '  "größe-🚀": { host: 203.0.113.10, '.length + 1])
})

test("another tool's fleet.yaml has no findings", async () => {
  const { code, stdout, stderr } = await commandLine.run('validate', fixture('rancher/fleet.yaml'))
  assert.deepEqual([code, stdout], [0, ''])
  assert.match(stderr, /not checked/)
  assert.deepEqual(await commandLine.run('validate', '--json', fixture('rancher/fleet.yaml')), {
    code: 0,
    stdout: '[]\n',
    stderr: '',
  })
})

test('render gives the upstream block, by the built-in template or the one beside the file', async () => {
  const plain = await commandLine.run('render', fixture('good.fleet.yaml'))
  assert.deepEqual(plain, {
    code: 0,
    stdout:
      'upstream voxcore_workers {\n    least_conn;\n    server 127.0.0.1:8001;\n    server 127.0.0.1:8002;\n    keepalive 32;\n}\n',
    stderr: '',
  })
  const own = await commandLine.run('render', fixture('templates/fleet.yaml'))
  assert.equal(
    own.stdout,
    'upstream voxcore_workers {\n    server 127.0.0.1:8001; # core-1\n    server 127.0.0.1:8002; # core-1\n}\n',
  )
})

test('render of what cannot be rendered exits with 1, says why, and prints nothing', async () => {
  const bad = await commandLine.run('render', fixture('bad.fleet.yaml'))
  assert.deepEqual([bad.code, bad.stdout], [1, ''])
  assert.match(bad.stderr, /bad.fleet.yaml:2:\d+: error: .*\[unknown-server\]/)
  const endless = await commandLine.run('render', fixture('templates/endless.fleet.yaml'))
  assert.deepEqual([endless.code, endless.stdout], [1, ''])
  assert.match(endless.stderr, /endless.njk/)
})

test('a file that holds nothing is refused in words by what needs a fleet', async () => {
  const empty = fixture('empty.fleet.yaml')
  const commands: readonly (readonly [number, readonly string[]])[] = [
    [1, ['render']],
    [2, ['status']],
    [2, ['doctor']],
    [2, ['plan', 'reload']],
    [2, ['export', 'ansible']],
    [2, ['logs', '--worker', '1']],
  ]
  for (const [code, words] of commands)
    assert.deepEqual(await commandLine.run(...words, empty), {
      code,
      stdout: '',
      stderr: `error: ${empty} is empty\nwhat to do: write name, load_balancer and servers in it, or have \`fleet-ops adopt HOST...\` write one from servers that run already\n`,
    })
})
