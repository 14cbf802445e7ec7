import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { copyKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'
import { CommandLine } from './command-line'
import { demoDirectory } from './demo-directory'

// Against the demo's simulated servers, over real SSH on loopback: what the command line does with the engine, in order.

const commandLine = new CommandLine()
const { directory, file, stop } = demoDirectory()
after(() => commandLine.dispose())

const statusOf = async () => {
  const { code, stdout } = await commandLine.run('status', '--json', file)
  return { code, ...JSON.parse(stdout) }
}

test('status shows every worker and what differs, with the command that mends it, and exits with 1', async () => {
  const { code, stdout, stderr } = await commandLine.run('status', file)
  assert.deepEqual([code, stderr], [1, ''])
  assert.match(stdout, /^fleet demo {2}\d+ of 60 calls$/m)
  assert.match(stdout, /^load balancer core-1 {2}nginx \S+ running/m)
  assert.equal([...stdout.matchAll(/ (healthy|busy) +\d\/5/g)].length, 12)
  assert.match(
    stdout,
    /worker 4 of core-3: nginx does not have 10.20.0.13:8004\n +fleet-ops run add-worker --server core-3 --count 1 /,
  )
  const json = await statusOf()
  assert.equal(json.code, 1)
  assert.equal(json.workers.length, 12)
  assert.deepEqual(json.drift[0].mend, { operation: 'add-worker', given: { server: 'core-3', count: 1 } })
})

test('doctor checks every server, from its name to the health of its workers, and exits with 0', async () => {
  const { code, stdout, stderr } = await commandLine.run('doctor', file)
  assert.deepEqual([code, stderr], [0, ''], stdout)
  assert.deepEqual(
    [...stdout.matchAll(/^core-\d/gm)].map(([name]) => name),
    ['core-1', 'core-2', 'core-3'],
  )
  assert.equal(stdout.match(/^ {2}✔ /gm)?.length, 30)
  assert.match(
    stdout,
    /^ {2}✔ {2}nginx {9}nginx 1\.22\.1 is running, nginx -t passes, upstream voxcore_workers is in /m,
  )
  assert.match(stdout, /^All checks passed: 30 checks of 3 machines\.$/m)
})

test('the key and the known_hosts file are looked for from the folder of fleet.yaml, wherever the command line is run', async () => {
  const relative = join(directory, 'relative.fleet.yaml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    relative,
    ['demo_key', 'known_hosts'].reduce(
      (now, name) => now.replaceAll(JSON.stringify(join(directory, name)), name),
      text,
    ),
  )
  assert.match(readFileSync(relative, 'utf8'), /identity_file: demo_key\n/)
  const { code, stdout, stderr } = await commandLine.run('status', '--json', relative)
  assert.deepEqual([code, stderr], [1, ''])
  assert.equal(JSON.parse(stdout).workers.length, 12)
})

test('two names of one machine: status and doctor name both, what changes one is refused, and what changes others is not', async () => {
  const text = readFileSync(file, 'utf8')
  const [, second = '', third = ''] = [...text.matchAll(/port: (\d+)/g)].map(([, port]) => port)
  const twins = join(directory, 'twins.fleet.yaml')
  writeFileSync(twins, text.replace(`port: ${third}`, `port: ${second}`))
  const run = (...words: readonly string[]) => commandLine.run(...words)
  const { drift } = JSON.parse((await run('status', '--json', twins)).stdout)
  const [first] = drift
  assert.match(first.message, /^core-2 and core-3 are one machine: correct the host of one of them/)
  assert.deepEqual([first.server, first.mend], ['core-3', undefined])
  const doctor = await run('doctor', twins)
  assert.equal(doctor.code, 1)
  assert.match(doctor.stdout, /✖ {2}machine {7}core-2 and core-3 are one machine$/m)
  for (const words of [
    ['restart', '--server', 'core-3', '--worker', '1'],
    ['rolling-restart'],
    ['apply', '--server', 'core-2'],
  ]) {
    const { code, stdout } = await run('plan', ...words, twins)
    assert.equal(code, 3, stdout)
    assert.match(stdout, /core-[23] is the same machine as core-[23]/)
  }
  assert.equal((await run('plan', 'restart', '--server', 'core-1', '--worker', '1', twins)).code, 0)

  const balances = join(directory, 'balances.fleet.yaml')
  const [port] = /port: \d+/.exec(text) ?? []
  writeFileSync(
    balances,
    text
      .replace('load_balancer:\n  server: core-1', `load_balancer:\n  host: 127.0.0.1\n  ssh: { ${port} }`)
      .replace('address: 127.0.0.1', 'address: 10.20.0.11'),
  )
  const refused = await run('plan', 'rolling-restart', balances)
  assert.equal(refused.code, 3, refused.stdout + refused.stderr)
  assert.match(
    refused.stdout,
    /core-1 is the same machine as 127\.0\.0\.1[\s\S]*write `server: core-1` under load_balancer/,
  )
})

test('an address at which nginx does not reach workers: doctor names it, and no line of nginx is written for it', async () => {
  const wrong = join(directory, 'wrong.fleet.yaml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    wrong,
    text.replace('10.20.0.12', '10.20.0.99').replace('ready: { timeout: 30s', 'ready: { timeout: 1s'),
  )
  const doctor = await commandLine.run('doctor', wrong)
  assert.equal(doctor.code, 1)
  assert.match(doctor.stdout, /✖ {2}address {7}at 10\.20\.0\.99 core-1 does not reach workers 1, 2, 3 and 4: /)
  const before = await statusOf()
  for (const words of [['apply'], ['add-worker', '--server', 'core-2', '--count', '4'], ['reload']]) {
    const { code, stdout, stderr } = await commandLine.run('run', ...words, '--yes', wrong)
    assert.equal(code, 1, stdout + stderr)
    assert.match(
      stdout + stderr,
      /core-1 could not reach these workers within 1 second: core-2 worker 1: .*nginx was not changed/,
    )
  }
  assert.deepEqual((await statusOf()).drift, before.drift)
})

test('adopt writes a fleet.yaml from the servers, for which status finds what it finds for their own', async () => {
  const text = readFileSync(file, 'utf8')
  const hosts = [...text.matchAll(/port: (\d+)/g)].map(([, port]) => `demo@127.0.0.1:${port}`)
  const ssh = ['--identity-file', join(directory, 'demo_key'), '--known-hosts-file', join(directory, 'known_hosts')]
  const adopted = join(directory, 'adopted.fleet.yaml')
  const { code, stdout, stderr } = await commandLine.run('adopt', ...hosts, ...ssh, '--output', adopted)
  assert.deepEqual([code, stdout], [0, ''], stderr)
  const status = await commandLine.run('status', '--json', adopted)
  assert.deepEqual(JSON.parse(status.stdout).drift, (await statusOf()).drift)
  assert.match(readFileSync(adopted, 'utf8'), /^# - worker 4 of core-3: nginx does not have 10.20.0.13:8004$/m)

  const again = await commandLine.run('adopt', ...hosts, ...ssh, '--output', adopted)
  assert.deepEqual([again.code, again.stdout], [3, ''])
  assert.match(again.stderr, /already exists and was not changed\n.*--force/)

  const some = await commandLine.run('adopt', hosts[0] ?? '', 'demo@127.0.0.1:1', ...ssh)
  assert.equal(some.code, 3)
  assert.match(some.stdout, /^ {2}core-1:$[\s\S]*# not reached: demo@127.0.0.1:1: /m)
  assert.match(some.stderr, /demo@127.0.0.1:1 was left out: /)
})

test('logs prints the last lines of a worker; followed, it goes on until SIGINT and exits with 130', async () => {
  const worker = ['--server', 'core-2', '--worker', '3']
  const { code, stdout, stderr } = await commandLine.run('logs', ...worker, '--lines', '2', file)
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 core-2 (voxcore|systemd)\[\d+\]: .+\n){2}$/)
  const following = commandLine.start(['logs', ...worker, '--follow', file])
  await following.said(/Started VoxCore worker 3\.\n.* at most 5 calls\n[\s\S]*call (begins|ends)/)
  following.kill('SIGINT')
  const ended = await following.ended
  assert.deepEqual([ended.code, ended.stderr], [130, ''])
})

test('plan shows what would be done and does nothing', async () => {
  const { code, stdout } = await commandLine.run('plan', 'rolling-restart', '--server', 'core-2', '--json', file)
  assert.equal(code, 0)
  const plan = JSON.parse(stdout)
  assert.equal(plan.operation, 'rolling-restart')
  assert.equal(plan.counts.reloads, 3)
  const text = await commandLine.run('plan', 'add-worker', '--server', 'core-3', file)
  assert.match(text.stdout, /\+ server 10.20.0.13:8004;/)
  assert.equal((await statusOf()).drift.length, 1)
})

test('run without --yes and without a terminal does nothing and exits with 2', async () => {
  const { code, stderr } = await commandLine.run('run', 'add-worker', '--server', 'core-3', file)
  assert.equal(code, 2)
  assert.match(stderr, /this needs confirmation, and there is no terminal to ask on/)
  assert.equal((await statusOf()).drift.length, 1)
})

test('run carries the plan out, says each step, and leaves nothing that differs', async () => {
  const { code, stdout } = await commandLine.run('run', 'add-worker', '--server', 'core-3', file, '--yes')
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^\[1\/3\] core-3 {2}Wait until worker 4 of core-3 is healthy$/m)
  assert.match(stdout, /^\[3\/3\] done in /m)
  assert.match(stdout, /^Done after /m)
  assert.deepEqual(await statusOf().then(({ code, drift }) => [code, drift]), [0, []])
})

test('an operation that edits changes its own bytes of fleet.yaml, keeps the mode, and finishes what it began', async () => {
  const text = readFileSync(file, 'utf8')
  chmodSync(file, 0o640)
  const { code, stdout } = await commandLine.run('run', 'add-worker', '--server', 'core-2', file, '--yes')
  assert.equal(code, 0, stdout)
  const line = 'address: 10.20.0.12\n    cores: 4\n    workers: '
  assert.equal(readFileSync(file, 'utf8'), text.replace(`${line}4`, `${line}5`))
  assert.equal(statSync(file).mode & 0o777, 0o640)
  assert.deepEqual((await statusOf()).drift, [])
})

test('register needs the token of the environment, tells VoxBridge the URL once, and says the token nowhere', async () => {
  const bare = await commandLine.run('run', 'register', file, '--yes')
  assert.equal(bare.code, 3)
  assert.match(bare.stdout, /refused: no token for VoxBridge was given\n.*FLEET_OPS_VOXBRIDGE_TOKEN/)
  const withToken = (token: string) =>
    commandLine.start(['run', 'register', file, '--yes'], { FLEET_OPS_VOXBRIDGE_TOKEN: token }).ended
  const wrong = await withToken('not-this-one')
  assert.equal(wrong.code, 3)
  assert.match(wrong.stdout, /does not accept the token/)
  const right = await withToken('demo-token')
  assert.equal(right.code, 0, right.stdout)
  assert.match(right.stdout, /^ +https:\/\/other-fleet.example.com\n +\+ http:\/\/127.0.0.1:\d+\/fleet$/m)
  const again = await withToken('demo-token')
  assert.match(again.stdout, /Nothing to do: already so/)
  assert.ok(![bare, wrong, right, again].some(({ stdout, stderr }) => `${stdout}${stderr}`.includes('not-this-one')))
})

test('add-server makes the bare fourth server one of the fleet, and finishes what is done already', async () => {
  const text = readFileSync(file, 'utf8')
  const [, host = '', url = ''] = /host (\S+),\n.* url (\S+)$/m.exec(text) ?? []
  const args = [
    'add-server',
    '--server',
    'core-4',
    '--host',
    host,
    '--address',
    '10.20.0.14',
    '--url',
    url,
    file,
    '--yes',
  ]
  const environment = { FLEET_OPS_VOXBRIDGE_TOKEN: 'demo-token' }
  const { code, stdout } = await commandLine.start(['run', ...args], environment).ended
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^\[1\/\d+\] core-4 {2}Copy \/opt\/voxcore from core-2$/m)
  assert.match(stdout, /left for you\n( {2}- .*\n)+$/)
  assert.match(
    readFileSync(file, 'utf8'),
    /\n {2}core-4:\n {4}host: 127.0.0.1\n {4}address: 10.20.0.14\n {4}cores: 4\n/,
  )
  assert.deepEqual((await statusOf()).drift, [])
  const again = await commandLine.start(['run', ...args], environment).ended
  assert.match(again.stdout, /Nothing to do: already so/)
})

test('SIGINT in the middle of a drain brings the worker back, and exits with 130; a second operator has changed nothing', async () => {
  const running = commandLine.start(['run', 'rolling-restart', '--server', 'core-1', file, '--yes'])
  await running.said(/^\[3\/\d+\] core-1 {2}Wait until/m)
  const text = readFileSync(file, 'utf8')
  const second = await commandLine.run('run', 'add-worker', '--server', 'core-2', file, '--yes')
  assert.equal(second.code, 3, second.stdout)
  assert.match(second.stdout, /is changing the fleet demo: rolling-restart/)
  assert.equal(readFileSync(file, 'utf8'), text)
  running.kill('SIGINT')
  const { code, stdout, stderr } = await running.ended
  assert.equal(code, 130, stdout)
  assert.match(stderr, /Cancelling/)
  assert.match(stdout, /^Cancelled after /m)
  const [, path = ''] = /^log: (.+)$/m.exec(stderr) ?? []
  const log = readFileSync(path, 'utf8')
  assert.match(log, /Rolling restart/i)
  assert.match(log, /^\[\d+\/\d+\] core-1 {2}Wait until/m)
  assert.match(log, /^Cancelling: /m)
  assert.match(log, /^Cancelled after /m)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match(stdout, /takes? calls again/)
  assert.deepEqual((await statusOf()).drift, [])
})

test('what the fleet as it is forbids is refused, and exits with 3; what does not fit it is a mistake, with 2', async () => {
  const table: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
    [['remove-server', '--server', 'core-1'], 3, /core-1 is the load balancer/],
    [['remove-server', '--server', 'core-9'], 2, /no server core-9/],
    [['remove-worker', '--server', 'core-2', '--count', '0'], 2, /must be a whole number above 0/],
  ]
  for (const [args, code, said] of table)
    for (const command of ['plan', 'run']) {
      const ended = await commandLine.run(command, ...args, file, ...(command === 'run' ? ['--yes'] : []))
      assert.deepEqual([ended.code, said.test(ended.stderr)], [code, true], ended.stderr)
    }
})

test('remove-server takes the server out of fleet.yaml as somebody has changed it meanwhile', async () => {
  const running = commandLine.start(['run', 'remove-server', '--server', 'core-4', file, '--yes'], {
    FLEET_OPS_VOXBRIDGE_TOKEN: 'demo-token',
  })
  await running.said(/^\[\d+\/\d+\] core-4 {2}Wait until/m)
  const text = `${readFileSync(file, 'utf8')}\n# said meanwhile\n`
  writeFileSync(file, text)
  const { code, stdout, stderr } = await running.ended
  assert.equal(code, 0, `${stdout}${stderr}`)
  assert.match(stdout, /^Edited .*fleet.yaml$[\s\S]*left for you/m)
  const now = readFileSync(file, 'utf8')
  assert.match(now, /\n# said meanwhile\n$/)
  assert.doesNotMatch(now, /^ {2}core-4:/m)
  assert.deepEqual((await statusOf()).drift, [])
})

test('nothing to do is said, and exits with 0', async () => {
  const { code, stdout } = await commandLine.run('run', 'undrain', '--server', 'core-1', file, '--yes')
  assert.equal(code, 0)
  assert.match(stdout, /Nothing to do: already so/)
})

test('a host key that is not known is refused where nobody can answer, with the line to add', async () => {
  const stranger = join(directory, 'stranger.fleet.yaml')
  writeFileSync(join(directory, 'empty_known_hosts'), '')
  writeFileSync(stranger, readFileSync(file, 'utf8').replace('known_hosts"', 'empty_known_hosts"'))
  const status = await commandLine.run('status', stranger)
  assert.equal(status.code, 3)
  assert.match(status.stdout, /core-1 {2}unreachable/)
  assert.match(status.stdout, /The host key of \[127\.0\.0\.1\]:\d+ is not known: ssh-ed25519 SHA256:/)
  const [known = ''] = readFileSync(join(directory, 'known_hosts'), 'utf8').split('\n')
  assert.ok(status.stdout.includes(`add this line to ${join(directory, 'empty_known_hosts')}: ${known}`), status.stdout)
  const doctor = await commandLine.run('doctor', stranger)
  assert.equal(doctor.code, 3)
  assert.match(doctor.stdout, /✖ {2}verify .*SHA256:.*\n +what to do: .* add this line to .*empty_known_hosts/)
  const run = await commandLine.run('run', 'reload', stranger, '--yes')
  assert.equal(run.code, 3)
  assert.match(run.stdout, /refused: core-1 cannot be reached/)
  assert.equal(readFileSync(join(dirname(file), 'empty_known_hosts'), 'utf8'), '')
})

const withLockedKey = () => {
  const locked = join(directory, 'locked.fleet.yaml')
  if (existsSync(locked)) return locked
  copyKey(join(directory, 'demo_key'), join(directory, 'locked_key'), { passphrase: 'open sesame', rounds: 1 })
  writeFileSync(locked, readFileSync(file, 'utf8').replace('demo_key"', 'locked_key"'))
  return locked
}

test('a key whose passphrase nobody can give is named, with what to do', async () => {
  const { code, stdout } = await commandLine.run('status', withLockedKey())
  assert.equal(code, 3)
  assert.match(stdout, /core-2 {2}unreachable: .*no passphrase was given for .*locked_key/)
  assert.match(stdout, /load the key into the agent \(ssh-add\)/)
})

test('at a terminal a passphrase is asked for, once for all servers, and what is typed is not shown', {
  skip: programPath('script') ? false : 'script is not installed',
}, async () => {
  const { stdout, unasked } = await commandLine.atTerminal(
    ['status', withLockedKey()],
    [
      [/core-\d: passphrase of .*locked_key: /, 'mistyped'],
      [/core-\d: wrong passphrase of .*locked_key; try again: /, 'open sesame'],
    ],
  )
  assert.equal(unasked, 0, stdout)
  assert.doesNotMatch(stdout, /mistyped|open sesame|unreachable/)
  assert.match(stdout, /core-3 {2}/)
})

test('Ctrl-C at a question ends the command, and nothing more is asked', {
  skip: programPath('script') ? false : 'script is not installed',
}, async () => {
  const stranger = join(directory, 'asked.fleet.yaml')
  writeFileSync(join(directory, 'none_known'), '')
  writeFileSync(stranger, readFileSync(file, 'utf8').replace('known_hosts"', 'none_known"'))
  const { code, stdout, unasked } = await commandLine.atTerminal(
    ['status', stranger],
    [
      [/Trust it .*\[yes\/no\] /, '\x03'],
      [/Trust it .*\[yes\/no\] /, 'no'],
      [/Trust it .*\[yes\/no\] /, 'no'],
    ],
  )
  assert.deepEqual([code, unasked], [130, 2], stdout)
})

test('servers that are not there exit with 3, and say which and what to do', async () => {
  await stop()
  const status = await commandLine.run('status', file)
  assert.equal(status.code, 3)
  assert.equal([...status.stdout.matchAll(/^core-\d {2}unreachable: /gm)].length, 3)
  const doctor = await commandLine.run('doctor', '--json', file)
  assert.equal(doctor.code, 3)
  const results: { check: string; result: string }[] = JSON.parse(doctor.stdout).checks
  assert.equal(results.filter(({ check, result }) => check === 'reach' && result === 'failed').length, 3)
  const plan = await commandLine.run('plan', 'restart', '--server', 'core-2', '--worker', '1', file)
  assert.equal(plan.code, 3)
  assert.match(plan.stdout, /refused: core-2 cannot be reached/)
})
