import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { operations } from '../../../src/plan/operations'
import { CommandLine } from './command-line'

const commandLine = new CommandLine()
after(() => commandLine.dispose())
const good = 'test/unit/cli/fixtures/good.fleet.yaml'

test('what cannot be meant exits with 2, says why on standard error, and what to do', async () => {
  const table = [
    [[], /no command given/],
    [['explode'], /unknown command explode\n.*validate, render, status, doctor, export, adopt, logs, plan, run/],
    [['validate'], /validate needs a file/],
    [['validate', '--bogus', good], /Unknown option '--bogus'/],
    [['validate', '--yes', good], /validate does not accept --yes/],
    [['validate', 'nowhere.yaml'], /nowhere.yaml cannot be read: no such file/],
    [['validate', 'src'], /src cannot be read: it is a folder/],
    [['render'], /render needs a file/],
    [['render', good, good], /render takes one file/],
    [['status', '--server', 'core-1', good], /status does not accept --server/],
    [['doctor'], /doctor needs a file/],
    [['logs'], /logs needs a file/],
    [['logs', '--worker', 'x', good], /--worker must be a whole number above 0, not x/],
    [['logs', '--server', 'core-1', good], /no worker given\n.*--worker, one of 1/],
    [['logs', '--server', 'core-1', '--worker', '99', good], /core-1 has no worker 99\n.*its workers are 1/],
    [['logs', '--server', 'core-1', '--worker', '1', '--lines', '0', good], /--lines must be a whole number above 0/],
    [['plan'], /plan needs an operation\n.*reload, add-worker/],
    [['plan', 'explode', good], /unknown operation explode/],
    [['plan', 'reload'], /plan reload needs a file/],
    [['plan', 'reload', '--server', 'core-1', good], /reload does not accept --server/],
    [
      ['plan', 'restart', '--server', 'core-1', good],
      /restart needs --worker\n.*fleet-ops plan restart --server S --worker N FILE/,
    ],
    [
      ['plan', 'restart', '--server', 'core-1', '--worker', 'one', good],
      /--worker must be a whole number above 0, not one/,
    ],
    [
      ['plan', 'add-worker', '--server', 'core-1', '--count', '0', good],
      /--count must be a whole number above 0, not 0/,
    ],
    [
      ['plan', 'restart', '--server', 'core-9', '--worker', '1', good],
      /fleet production has no server core-9\n.*core-1/,
    ],
    [['export'], /export needs a format\n.*fleet-ops export ansible/],
    [['export', 'chef', good], /unknown export format chef/],
    [['export', 'ansible'], /export ansible needs a file/],
    [['adopt'], /adopt needs the hosts that run the workers\n.*fleet-ops adopt HOST/],
    [['adopt', '-x'], /Unknown option '-x'/],
    [['adopt', 'a;b'], /"a;b" is not a valid host\n.*\[user@\]host\[:port\]/],
    [['adopt', 'core-1', '--unit', '../x'], /"..\/x" is not valid for --unit/],
    [['status', '--unit', 'voxcore@', good], /status does not accept --unit/],
    [['plan', 'reload', '--yes', good], /plan does not accept --yes/],
    [['plan', 'reload', '--all', good], /reload does not accept --all/],
    [['plan', 'reload', '--less-room', good], /plan does not accept --less-room/],
    [['run', 'reload', '--json', good], /run does not accept --json/],
    [['run', 'reload', good], /this needs confirmation, and there is no terminal to ask on\n.*--yes/],
    [['status', 'test/unit/cli/fixtures/bad.fleet.yaml'], /bad.fleet.yaml:2:\d+: error: .*core-9/],
    [['plan', 'reload', 'test/unit/cli/fixtures/rancher/fleet.yaml'], /has neither servers nor load_balancer/],
  ] as const
  for (const [args, expected] of table) {
    const { code, stdout, stderr } = await commandLine.run(...args)
    assert.equal(code, 2, `${args.join(' ')}: ${stdout}${stderr}`)
    assert.match(stderr, expected)
    assert.equal(stdout, '')
  }
})

test('--help names every command, every operation and every exit code; of an operation, its options', async () => {
  const { code, stdout, stderr } = await commandLine.run('--help')
  assert.deepEqual([code, stderr], [0, ''])
  for (const word of [
    'validate',
    'render',
    'status',
    'doctor',
    'adopt',
    'logs',
    'plan',
    'run',
    ...operations.map(({ name }) => name),
    '130',
  ])
    assert.match(stdout, new RegExp(`\\b${word}\\b`))
  assert.ok(!stdout.includes('\u001b'), 'no colours where there is no terminal')
  assert.match((await commandLine.run('adopt', '--help')).stdout, /--load-balancer HOST/)
  const restart = await commandLine.run('run', 'restart', '--help')
  assert.match(restart.stdout, /fleet-ops run restart --server S --worker N FILE --yes/)
})

test('--version is that of package.json', async () => {
  const { stdout } = await commandLine.run('--version')
  assert.equal(stdout.trim(), JSON.parse(readFileSync('package.json', 'utf8')).version)
})
