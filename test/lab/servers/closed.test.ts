import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { makeBare } from '../fixture/bare'
import { answeringThroughNginx } from '../fixture/hosts'
import { freshLab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

// A new server in one run, with a firewall: made from the one server there was, whose workers listen only on its loopback.

let operator: Operator | undefined
afterEach(async () => {
  await operator?.leave()
  operator = undefined
})

for (const tool of ['nftables', 'ufw'] as const)
  test(`${tool}: the load balancer reaches port 8001 of the new server, and no other host does`, async () => {
    const lab = await freshLab(['core-1', 'core-2', 'core-3'])
    await makeBare(lab, 'core-2')
    await lab.shell(
      'core-1',
      'echo VOXCORE_HOST=127.0.0.1 >>/opt/voxcore/.env; systemctl restart voxcore@1 voxcore@2 voxcore@3 voxcore@4',
    )
    operator = await operatorOf(lab, { hosts: ['core-1'], firewall: `{ tool: ${tool} }` })
    await operator.run('reload')
    const host = lab.address('core-2')

    const { outcome, events } = await operator.run('add-server', { server: 'core-2', host, workers: 2 })

    assert.deepEqual(outcome, { kind: 'done' }, JSON.stringify(outcome))
    const began = events.flatMap(event => (event.kind === 'step-started' ? [event.step.kind] : []))
    assert.ok(began.indexOf('set-firewall') < began.indexOf('enable-worker'), 'closed before anything listens')
    const reaches = (from: string, port = 8001) =>
      lab.succeeds(from, `curl -fsS -m 5 -o /dev/null http://${host}:${port}/health`)
    for (const port of [8001, 8002])
      assert.deepEqual([await reaches('core-1', port), await reaches('core-3', port)], [true, false])
    assert.equal(await lab.shell('core-2', 'grep ^VOXCORE_HOST= /opt/voxcore/.env'), 'VOXCORE_HOST=0.0.0.0\n')
    assert.equal(await lab.shell('core-1', 'grep ^VOXCORE_HOST= /opt/voxcore/.env'), 'VOXCORE_HOST=127.0.0.1\n')
    assert.match(await lab.shell('core-2', 'ss -ltnH sport = :8001'), /0\.0\.0\.0:8001/)
    const pid = (await lab.shell('core-2', 'systemctl show --value -p MainPID voxcore@1')).trim()
    assert.ok((await answeringThroughNginx(lab)).has(`8001/${pid}`))
    assert.deepEqual((await operator.prepare('apply', { server: 'core-2' })).plan.steps, [], 'and nothing differs')
  })
