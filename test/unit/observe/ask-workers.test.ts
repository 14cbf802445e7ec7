import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { observe } from '../../../src/observe/observe'
import type { Connection, HttpRequest, HttpResponse } from '../../../src/remote/connection'

const { fleet } = checkFleet(
  parseFleetDocument('name: x\nload_balancer: { server: a }\nservers: { a: { address: 10.0.0.1, workers: 3 } }\n'),
)
assert.ok(fleet)
const given = fleet

/** What a probe says of a server on which all workers but the third run. */
const probed = `hostname=a
cores=4
load1=0.5
memory=8000000000
environment=missing
unit=1 loaded active running enabled 0 101 1795000000
unit=2 loaded active running enabled 0 102 1795000000
unit=3 loaded inactive dead disabled 0 0 -
nginx=active
upstream=missing
`

const healthy = ({ endpoint }: HttpRequest): HttpResponse => ({
  status: 200,
  body: JSON.stringify({
    status: 'ok',
    worker_calls: 1,
    worker_max: 5,
    worker_port: endpoint.kind === 'port' ? endpoint.port : 0,
  }),
})

/** Observes the fleet over a connection that does this. */
const seen = async (does: Pick<Connection, 'run' | 'get'>) => {
  const never = () => Promise.reject(new Error('nobody asked for this'))
  const connection: Connection = { machine: given.loadBalancer.machine, start: never, pipe: never, ...does }
  const { servers } = await observe(given, { to: async () => connection, dispose: async () => {} })
  const { a } = servers
  assert.ok(a?.reachable, JSON.stringify(a))
  return Object.values(a.workers).map(({ health }) => health.kind)
}

suite('the workers of a server', () => {
  test('are asked while the probe is on its way, which has its channel first', async () => {
    let asked = 0
    let allAsked = () => {}
    const all = new Promise<void>(done => {
      allAsked = done
    })
    let begun = false
    const kinds = await seen({
      async run() {
        begun = true
        // A server that says nothing of itself before all of its workers have been asked.
        await all
        return { exitCode: 0, stdout: probed, stderr: '' }
      },
      async get(request) {
        assert.ok(begun)
        if (++asked === 3) allAsked()
        return healthy(request)
      },
    })
    assert.deepEqual(kinds, ['ok', 'ok', 'not-asked'])
  })

  test('are not waited for where no process is, and given up', async () => {
    const given: AbortSignal[] = []
    const kinds = await seen({
      run: async () => ({ exitCode: 0, stdout: probed, stderr: '' }),
      get(request) {
        const third = request.endpoint.kind === 'port' && request.endpoint.port === 8003
        if (!third) return Promise.resolve(healthy(request))
        if (request.signal) given.push(request.signal)
        return new Promise(() => {})
      },
    })
    assert.deepEqual(kinds, ['ok', 'ok', 'not-asked'])
    assert.ok(given.every(({ aborted }) => aborted))
  })
})
