import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { demoServers } from '../../../src/demo/demo-servers'
import { seededRandom } from '../../../src/demo/random'
import { SimulatedServer } from '../../../src/demo/simulated-server'
import { Traffic } from '../../../src/demo/traffic'

const tick = 500
const minute = 60_000

/** The demo's servers with their traffic, on a clock that only `pass` moves. */
function simulate(context: TestContext, seed: number) {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 10 * minute })
  const servers = demoServers.map(beginning => new SimulatedServer(beginning))
  const traffic = new Traffic(servers, seededRandom(seed))
  context.after(() => traffic.dispose())
  const calls = () => servers.map(({ workers }) => [...workers.values()].map(worker => worker.calls.length))
  const pass = (milliseconds: number, look: () => void = () => {}) => {
    for (let passed = 0; passed < milliseconds; passed += tick) {
      context.mock.timers.tick(tick)
      look()
    }
  }
  return { servers, calls, pass }
}

/** Marks a worker down in nginx's file and, unlike an editor, reloads nginx. */
function markDown([balancer]: readonly SimulatedServer[], address: string): void {
  const file = balancer?.upstreamFile
  assert.ok(balancer && file)
  balancer.files.set(file, (balancer.files.get(file) ?? '').replace(`${address};`, `${address} down;`))
  balancer.reloadNginx()
}

test('calls are there from the beginning, come and go, and never more than a worker has room for', context => {
  const { calls, pass } = simulate(context, 1)
  const seen = new Set<number>()
  const look = () => {
    const all = calls().flat()
    assert.ok(all.every(count => count <= 5))
    seen.add(all.reduce((sum, count) => sum + count, 0))
  }
  look()
  assert.ok(!seen.has(0))
  pass(2 * minute, look)
  assert.ok(seen.size > 3, 'it is alive')
})

test('calls go where nginx leads them, and not to a worker that it does not know', context => {
  const { calls, pass } = simulate(context, 2)
  const busy = new Set<string>()
  pass(2 * minute, () => {
    for (const [server, workers] of calls().entries())
      for (const [index, count] of workers.entries()) if (count > 0) busy.add(`${server + 1}/${index + 1}`)
  })
  assert.equal(busy.size, 11)
  assert.ok(!busy.has('3/4'))
})

test('a worker that is marked down gets no new call, and has none within seconds', context => {
  const { servers, pass } = simulate(context, 3)
  const worker = servers[1]?.workers.get(1)
  assert.ok(worker)
  for (let tries = 0; worker.calls.length === 0 && tries < 120; tries++) pass(tick)
  assert.ok(worker.calls.length > 0)
  markDown(servers, '10.20.0.12:8001')
  pass(20_000)
  pass(minute, () => assert.equal(worker.calls.length, 0))
})

test('the same seed makes the same calls', context => {
  const first = simulate(context, 4)
  first.pass(minute)
  const calls = first.calls()
  context.mock.timers.reset()
  const second = simulate(context, 4)
  second.pass(minute)
  assert.deepEqual(second.calls(), calls)
})
