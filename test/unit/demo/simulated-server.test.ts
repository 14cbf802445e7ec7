import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { type DemoFleet, startDemoFleet } from '../../../src/demo/demo-fleet'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Fleet, Worker } from '../../../src/fleet/fleet'
import type { ReachableLoadBalancer } from '../../../src/fleet/observed'
import { askHealth } from '../../../src/observe/ask-health'
import { observe } from '../../../src/observe/observe'
import type { Connection, Connections, RunningScript } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { scriptExit } from '../../../src/remote/scripts'

// A simulated server answers the scripts as a real one does: with the same codes, and with what they change changed.

let directory: string
let demo: DemoFleet
let connections: Connections
let fleet: Fleet
let core1: Connection
let worker: Worker

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-demo-'))
  demo = await startDemoFleet({ directory, seed: 1 })
  connections = createConnections({ prompts: { trustHostKey: async () => false, secret: async () => undefined } })
  const checked = checkFleet(parseFleetDocument(await readFile(demo.file, 'utf8'))).fleet
  assert.ok(checked?.servers[0]?.workers[0])
  fleet = checked
  worker = checked.servers[0].workers[0]
  core1 = await connections.to(checked.servers[0])
})

after(async () => {
  await connections.dispose()
  await demo.dispose()
  await rm(directory, { recursive: true })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

interface Lock {
  readonly token: string
  readonly script: RunningScript
  readonly answer: string
}

async function takeLock(): Promise<Lock> {
  const token = randomUUID()
  const script = await core1.start('lock', ['demo', token, base64('somebody'), 'restart'], {
    privileged: true,
    timeoutMilliseconds: Number.POSITIVE_INFINITY,
  })
  for await (const answer of script.lines) return { token, script, answer }
  throw new Error('the lock script said nothing')
}

async function release({ script }: Lock): Promise<void> {
  script.write('done\n')
  script.end()
  assert.equal((await script.result).exitCode, scriptExit.done)
}

const change = async (
  script: 'unit' | 'set-variable' | 'reload' | 'write-upstream' | 'note-rollout' | 'firewall',
  ...args: readonly string[]
) => {
  const { exitCode, stdout } = await core1.run(script, ['demo', ...args], { privileged: true })
  return { exitCode, result: /^result=(.*)$/m.exec(stdout)?.[1] }
}

async function balancer(): Promise<ReachableLoadBalancer> {
  const { loadBalancer } = await observe(fleet, connections)
  assert.ok(loadBalancer.reachable)
  return loadBalancer
}

async function liveText(): Promise<string> {
  const { file } = await balancer()
  assert.ok(file.exists)
  return file.text
}

const write = (token: string, mode: 'drain' | 'settle', before: string, after: string) => {
  const sum = createHash('sha256').update(before).digest('hex')
  return change('write-upstream', token, fleet.loadBalancer.file, sum, mode, gzipSync(after).toString('base64'))
}

test('one run at a time has the lock; the second is told who has it, and nothing changes without it', async () => {
  const lock = await takeLock()
  assert.equal(lock.answer, 'locked')
  assert.equal((await balancer()).lock?.owner, 'somebody')
  const second = await takeLock()
  assert.match(second.answer, new RegExp(`^busy ${lock.token} ${base64('somebody')} restart \\d+$`))
  assert.equal((await second.script.result).exitCode, scriptExit.lockBusy)
  assert.equal((await change('unit', second.token, 'stop', worker.unit)).exitCode, scriptExit.lockLost)
  await release(lock)
  assert.equal((await balancer()).lock, undefined)
  assert.equal((await change('reload', lock.token)).exitCode, scriptExit.lockLost)
})

test('a worker that is stopped answers no more, and one that is started answers after a while', async () => {
  const lock = await takeLock()
  const health = () => askHealth(core1, worker, { path: '/health', timeoutMilliseconds: 1_000 })
  assert.equal((await health()).kind, 'ok')
  assert.deepEqual(await change('unit', lock.token, 'disable', worker.unit), { exitCode: 0, result: 'done' })
  assert.deepEqual(await health(), { kind: 'no-answer', reason: 'nothing listens on port 8001' })
  assert.deepEqual(await change('unit', lock.token, 'disable', worker.unit), { exitCode: 0, result: 'already' })
  assert.deepEqual(await change('unit', lock.token, 'enable', worker.unit), { exitCode: 0, result: 'done' })
  for (let tries = 0; (await health()).kind !== 'ok'; tries++) {
    assert.ok(tries < 50, 'it never answered')
    await sleep(100)
  }
  assert.deepEqual(await change('unit', lock.token, 'enable', worker.unit), { exitCode: 0, result: 'already' })
  await release(lock)
})

test('nginx refuses what is broken, and a file that somebody else has changed is left alone', async () => {
  const lock = await takeLock()
  const text = await liveText()
  assert.equal((await write(lock.token, 'settle', text, text.replace('}', ''))).exitCode, scriptExit.nginxRefused)
  assert.equal((await write(lock.token, 'settle', `${text}#`, `${text}# mine\n`)).exitCode, scriptExit.fileChanged)
  assert.equal(await liveText(), text)
  assert.deepEqual(await write(lock.token, 'settle', text, text), { exitCode: 0, result: 'already' })
  await release(lock)
})

test('a drain whose client goes away is undone, and what is settled stays', async () => {
  const text = await liveText()
  const drained = text.replace(':8002;', ':8002 down;')
  const lost = await takeLock()
  assert.deepEqual(await write(lost.token, 'drain', text, drained), { exitCode: 0, result: 'done' })
  assert.equal(await liveText(), drained)
  lost.script.end()
  await lost.script.result.catch(() => {})
  assert.equal(await liveText(), text)
  const kept = await takeLock()
  await write(kept.token, 'drain', text, drained)
  await write(kept.token, 'settle', drained, drained)
  await release(kept)
  assert.equal(await liveText(), drained)
})

test('a variable is set once', async () => {
  const lock = await takeLock()
  const set = () => change('set-variable', lock.token, fleet.service.envFile, fleet.service.maxCallsVariable, '7')
  assert.deepEqual(await set(), { exitCode: 0, result: 'done' })
  assert.deepEqual(await set(), { exitCode: 0, result: 'already' })
  const { servers } = await observe(fleet, connections)
  const server = servers['core-1']
  assert.ok(server?.reachable)
  assert.equal(server.environment.maxCalls, '7')
  await release(lock)
})

test('a firewall is set once, seen, and taken away', async () => {
  const lock = await takeLock()
  const set = (...args: readonly string[]) => change('firewall', lock.token, ...args)
  const own = async () => {
    const server = (await observe(fleet, connections)).servers['core-1']
    return server?.reachable ? server.firewall?.own : undefined
  }
  assert.deepEqual(await set('nftables', '8001-8004', '10.1.0.1,10.2.0.0/16'), { exitCode: 0, result: 'done' })
  assert.deepEqual(await set('nftables', '8001-8004', '10.1.0.1,10.2.0.0/16'), { exitCode: 0, result: 'already' })
  const rules = { tool: 'nftables', ports: ['8001-8004'], sources: ['10.1.0.1', '10.2.0.0/16'], state: 'whole' }
  assert.deepEqual(await own(), [rules])
  assert.deepEqual(await set('none', '', ''), { exitCode: 0, result: 'done' })
  assert.deepEqual(await own(), [])
  await release(lock)
})

test('a rollout is noted until it ends, with the workers that were restarted since', async () => {
  const rollout = async () => {
    const { servers } = await observe(fleet, connections)
    return servers['core-1']?.reachable ? servers['core-1'].rollout : undefined
  }
  const lock = await takeLock()
  await change('note-rollout', lock.token, 'begins', worker.unit, 'voxcore@2.service')
  assert.deepEqual((await rollout())?.restarted, [])
  await change('unit', lock.token, 'restart', worker.unit)
  await change('note-rollout', lock.token, 'begins', worker.unit)
  assert.deepEqual((await rollout())?.restarted, [worker.id])
  await change('note-rollout', lock.token, 'anew', worker.unit)
  assert.deepEqual((await rollout())?.restarted, [])
  await change('note-rollout', lock.token, 'ends', worker.unit)
  assert.equal(await rollout(), undefined)
  await release(lock)
})
