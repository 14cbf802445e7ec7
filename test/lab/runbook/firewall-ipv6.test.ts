import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { holdCalls } from '../fixture/calls'
import { until, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

// nginx reaches the workers of another server over IPv6. The lab's hosts have no such addresses until they are given some, which a
// boot takes away again, as it does here with all that was not saved.

let operator: Operator | undefined
afterEach(async () => {
  await operator?.leave()
  operator = undefined
})

const address = 'fd77::12'
const addresses = { 'core-1': 'fd77::11', 'core-2': address, 'core-3': 'fd77::13' } as const
const giveAddress = (lab: Lab, host: keyof typeof addresses) =>
  lab.shell(host, `ip -6 addr add ${addresses[host]}/64 dev eth0 nodad`)

/** Whether a host gets through to worker 1 of core-2 with a call, and to its sshd. */
async function reached(lab: Lab, host: string) {
  // The call is held until curl gives up; what counts is the worker's greeting.
  const call = `curl -gsN -m 2 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==' 'http://[${address}]:8001/ws/bot' | grep -aq '"port": 8001'`
  const ssh = `timeout 5 bash -c 'exec 3<>/dev/tcp/${address}/22 && echo SSH-2.0-lab >&3 && head -c 8 <&3' | grep -q SSH-2.0-`
  return { call: await lab.succeeds(host, call), ssh: await lab.succeeds(host, ssh) }
}

const open = { call: true, ssh: true }
const closed = { call: false, ssh: true }

for (const tool of ['nftables', 'ufw'] as const)
  test(`${tool}: a call over IPv6 comes from the load balancer and from nobody else, before and after a reboot`, async () => {
    const lab = await freshLab(['core-1', 'core-2', 'core-3'])
    for (const host of Object.keys(addresses)) await giveAddress(lab, host as keyof typeof addresses)
    // Python listens on both families where it is given no address.
    await lab.shell(
      'core-2',
      'echo VOXCORE_HOST= >>/opt/voxcore/.env; systemctl restart voxcore@1 voxcore@2 voxcore@3 voxcore@4',
    )
    operator = await operatorOf(lab, {
      hosts: ['core-1', 'core-2'],
      addresses: { 'core-2': `"[${address}]"` },
      firewall: `{ tool: ${tool} }`,
    })
    await operator.run('reload')
    assert.ok((await upstreamLines(lab)).includes(`[${address}]:8001`))
    await until('core-2 listens', () => lab.succeeds('core-2', `curl -gfs 'http://[${address}]:8001/health'`))
    assert.deepEqual([await reached(lab, 'core-1'), await reached(lab, 'core-3')], [open, open])

    const { outcome, output } = await operator.run('apply')

    assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
    const isClosed = async (when: string) => {
      assert.deepEqual([await reached(lab, 'core-1'), await reached(lab, 'core-3')], [open, closed], when)
      assert.deepEqual((await operator?.prepare('apply'))?.plan.steps, [], `nothing differs ${when}`)
      const calls = holdCalls({ host: lab.address('core-1'), concurrent: 8, seconds: 5 })
      await calls.reached(8)
      const { takenBy, refused } = await calls.stop()
      assert.equal(refused, 0)
      const own = (await workerPids(lab, 'core-2')).map((pid, index) => `${8001 + index}/${pid}`)
      assert.ok(
        own.some(worker => takenBy.has(worker)),
        `calls reach core-2 through nginx ${when}`,
      )
    }
    await isClosed('before a reboot')

    await lab.lab('crash', 'core-2')
    await lab.lab('up', 'core-2')
    await giveAddress(lab, 'core-2')
    await until('core-2 is up', () => lab.succeeds('core-2', `curl -gfs 'http://[${address}]:8001/health'`))
    await isClosed('after a reboot')
  })
