import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Probe, parseProbe } from '../../../src/observe/probe'
import { missingForFleetHost } from '../../quick/fleet-host'
import { takeLock } from './held-lock'
import { startUpstreamHost, sumOf, type UpstreamHost } from './upstream-host'

/** What is in .env, and the values of CALLS and WORKERS that systemd would take from it. */
const environments: readonly (readonly [text: string, calls: string | undefined, workers: string | undefined])[] = [
  ['CALLS=5\nWORKERS=4\n', '5', '4'],
  ['CALLS="5"\nWORKERS=\'4\'\n', '5', '4'],
  ['CALLS=5\r\nWORKERS=4\r\n', '5', '4'],
  ['export CALLS=5\n  WORKERS=4', '5', '4'],
  ['CALLS = 5\nWORKERS= 4 \n', '5', '4'],
  ['CALLS=1\nCALLS=5\n', '5', undefined],
  ['#CALLS=1\n;WORKERS=1\n', undefined, undefined],
  ['MAX_CALLS=1\nCALLSX=2\n', undefined, undefined],
  ['CALLS=\n', '', undefined],
  ['CALLS=5 # five\n', '5 # five', undefined],
  ['CALLS="5" # five\n', '5# five', undefined],
  ['CALLS="5" "6"\n', '56', undefined],
  ['CALLS="5\n', '"5', undefined],
  ['', undefined, undefined],
]

suite('probe', { skip: missingForFleetHost }, () => {
  let here: UpstreamHost
  let env: string

  before(async () => {
    here = await startUpstreamHost()
    await here.reset(here.text('one'))
    env = join(here.host.folder, '.env')
    writeFileSync(env, 'CALLS=5\nSECRET=do-not-tell\nVOXCORE_PORT=8001\n', { mode: 0o640 })
    unit('voxcore@1.service', {
      ActiveState: 'active',
      SubState: 'running',
      UnitFileState: 'enabled',
      MainPID: '4321',
      NRestarts: '2',
      ExecMainStartTimestamp: '@1795000000',
    })
    unit('voxcore@7.service', { ActiveState: 'failed', SubState: 'failed', UnitFileState: 'enabled' })
  })
  after(() => here.stop())

  function unit(name: string, properties: Readonly<Record<string, string>>): void {
    const folder = join(here.host.folder, 'units', name)
    mkdirSync(folder, { recursive: true })
    for (const [property, value] of Object.entries(properties)) writeFileSync(join(folder, property), `${value}\n`)
  }
  const run = (file = here.file, ids = '1,2', envFile = env, port = 'VOXCORE_PORT') =>
    here.connection.run('probe', ['voxcore@', ids, envFile, 'CALLS', 'WORKERS', 'quick', port, ...(file ? [file] : [])])
  const probe = async (...args: Parameters<typeof run>): Promise<Probe> => {
    const { exitCode, stdout, stderr } = await run(...args)
    assert.deepEqual([exitCode, stderr], [0, ''])
    return parseProbe(stdout)
  }
  const loadBalancer = async () => {
    const { loadBalancer } = await probe()
    assert.ok(loadBalancer?.reachable)
    return loadBalancer
  }

  test('says what the server is', async () => {
    const { server } = await probe()
    assert.equal(server.hostname, (await here.host.shell('hostname')).trim())
    assert.equal(server.cores, Number(await here.host.shell('nproc')))
    assert.ok(server.memory > 100_000_000)
    assert.ok(server.load1 >= 0)
  })

  test('says how each instance is that fleet.yaml names or systemd knows', async () => {
    const { units } = await probe()
    assert.deepEqual(Object.fromEntries(units), {
      1: {
        loadState: 'loaded',
        activeState: 'active',
        subState: 'running',
        unitFileState: 'enabled',
        restarts: 2,
        pid: 4321,
        startedAt: 1795000000,
      },
      2: { loadState: 'not-found', activeState: 'inactive', subState: 'dead', unitFileState: 'disabled', restarts: 0 },
      7: { loadState: 'loaded', activeState: 'failed', subState: 'failed', unitFileState: 'enabled', restarts: 0 },
    })
  })

  test('knows an instance that is enabled and not loaded', async () => {
    const wants = '/etc/systemd/system/multi-user.target.wants'
    await here.host.shell(`mkdir -p ${wants}; ln -s /nowhere ${wants}/voxcore@12.service`)
    assert.ok((await probe()).units.has(12))
    await here.host.shell(`rm ${wants}/voxcore@12.service`)
  })

  test('tells two variables of the env file and no secret', async () => {
    const { stdout } = await run()
    assert.doesNotMatch(stdout, /do-not-tell|SECRET|ZG8tbm90/)
    assert.deepEqual((await probe()).server.environment, { exists: true, setsPort: true, maxCalls: '5' })
  })

  for (const [port, sets] of [
    ['VOXCORE_PORT', true],
    ['ACME_PORT', false],
    ['', false],
  ] as const)
    test(`says whether the env file sets ${port || 'a port whose variable nobody knows'}`, async () => {
      assert.equal((await probe('', '1', env, port)).server.environment.setsPort, sets)
    })

  for (const [index, [text, calls, workers]] of environments.entries())
    test(`reads ${JSON.stringify(text)} as systemd does`, async () => {
      const file = join(here.host.folder, `env-${index}`)
      writeFileSync(file, text)
      const { environment } = (await probe('', '1', file)).server
      assert.deepEqual([environment.maxCalls, environment.workers], [calls, workers])
    })

  test('says that there is no env file', async () => {
    assert.deepEqual((await probe('', '1', '/nowhere/.env')).server.environment, { exists: false, setsPort: false })
  })

  test('says how nginx is and what its file holds', async () => {
    const text = here.text('one')
    const { nginxActive, nginxVersion, file, workerShutdownTimeoutSeconds, lock } = await loadBalancer()
    assert.deepEqual(file, { exists: true, realPath: here.file, text, sha256: sumOf(text) })
    assert.equal(nginxActive, true)
    assert.match(nginxVersion ?? '', /^\d+\.\d+\.\d+$/)
    assert.equal(workerShutdownTimeoutSeconds, undefined)
    assert.equal(lock, undefined)
  })

  test('finds two settings anywhere in the configuration', async () => {
    await here.host.shell(
      "printf 'proxy_next_upstream_tries 7;\\nserver { proxy_next_upstream_tries 3; listen 127.0.0.1:1; }\\n' >/etc/nginx/conf.d/other.conf",
    )
    await here.host.shell("printf 'worker_shutdown_timeout 90s;\\n' >/etc/nginx/main.inc")
    await here.host.shell("sed -i '1i include /etc/nginx/main.inc;' /etc/nginx/nginx.conf")
    const found = await loadBalancer()
    assert.deepEqual([found.workerShutdownTimeoutSeconds, found.proxyNextUpstreamTries], [90, 3])
    await here.host.shell('rm /etc/nginx/conf.d/other.conf; sed -i 1d /etc/nginx/nginx.conf')
  })

  test('finds the file behind a link, and says that there is none', async () => {
    await here.host.shell('ln -sf conf.d/upstream.conf /etc/nginx/link.conf')
    const linked = (await probe('/etc/nginx/link.conf')).loadBalancer
    assert.ok(linked?.reachable && linked.file.exists && linked.file.realPath === here.file)
    const none = (await probe('/etc/nginx/conf.d/none.conf')).loadBalancer
    assert.ok(none?.reachable && !none.file.exists)
  })

  test('says who has the lock, and nobody when it was given back', async () => {
    const held = await takeLock(here.connection)
    const { lock } = await loadBalancer()
    assert.deepEqual([lock?.owner, lock?.operation, lock?.token], ['alice@laptop', 'restart', held.token])
    await held.release()
    assert.equal((await loadBalancer()).lock, undefined)
  })

  test('changes nothing', async () => {
    const listing = 'find /etc/nginx /run/fleet-ops /etc/systemd/system -printf "%p %T@ %s\\n" | sort'
    const before = await here.host.shell(listing)
    await probe()
    assert.equal(await here.host.shell(listing), before)
  })
})
