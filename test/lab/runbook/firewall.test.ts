import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, test } from 'node:test'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

let operator: Operator | undefined
afterEach(async () => {
  await operator?.leave()
  operator = undefined
})

/** Whether worker 1 of core-2 can be reached, from the load balancer and from a host that is neither. */
async function reached(lab: Lab, port = 8001) {
  const from = (host: string) =>
    lab.succeeds(host, `curl -fsS -m 5 -o /dev/null http://${lab.address('core-2')}:${port}/health`)
  return { balancer: await from('core-1'), other: await from('core-3'), itself: await from('core-2') }
}

const closed = { balancer: true, other: false, itself: true }
const open = { balancer: true, other: true, itself: true }

/** What a person has on a server before, and must find again after. */
const ofOthers = {
  nftables:
    "nft add table inet mine; nft 'add chain inet mine input { type filter hook input priority 0; }'; nft add rule inet mine input tcp dport 9999 drop",
  ufw: 'ufw allow 22/tcp; ufw allow 80/tcp; ufw allow 8000:8010/tcp; ufw --force enable',
} as const
const rulesOfOthers = {
  nftables: 'nft list table inet mine',
  ufw: "ufw status | grep -v fleet-ops | sed 's/ *$//'",
} as const

async function labWith(tool: 'nftables' | 'ufw', hosts = ['core-1', 'core-2', 'core-3']) {
  const lab = await freshLab(hosts)
  operator = await operatorOf(lab, { hosts: ['core-1', 'core-2'], firewall: `{ tool: ${tool} }` })
  await operator.run('reload')
  return { lab, operator }
}

async function reboot(lab: Lab, host: string) {
  await lab.lab('crash', host)
  await lab.lab('up', host)
  const deadline = Date.now() + 60_000
  while (!(await lab.succeeds(host, 'curl -fsS -m 2 -o /dev/null http://127.0.0.1:8001/health')))
    assert.ok(Date.now() < deadline, `${host} does not come up`)
}

for (const tool of ['nftables', 'ufw'] as const)
  test(`${tool}: only the load balancer reaches port 8001, before and after a reboot, and other rules stay`, async () => {
    const { lab, operator } = await labWith(tool)
    await lab.shell('core-2', ofOthers[tool])
    const before = await lab.shell('core-2', rulesOfOthers[tool])
    assert.deepEqual(await reached(lab), open)

    const { outcome, output } = await operator.run('apply')

    assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
    assert.deepEqual(await reached(lab), closed)
    assert.equal(await lab.shell('core-2', rulesOfOthers[tool]), before)
    assert.deepEqual((await operator.prepare('apply')).plan.steps, [])

    assert.deepEqual((await operator.run('add-worker', { server: 'core-2' })).outcome, { kind: 'done' })
    assert.deepEqual(await reached(lab, 8005), closed, 'a new worker is closed too')

    if (tool === 'ufw') await reboot(lab, 'core-2')
    else {
      // Rules that nft was given by hand are lost at a reboot; what nftables.service loads begins with a flush of all.
      await lab.shell('core-2', 'systemctl enable --quiet nftables')
      await reboot(lab, 'core-2')
    }
    assert.deepEqual(await reached(lab), closed)
    assert.deepEqual(await reached(lab, 8005), closed)
    assert.deepEqual((await operator.prepare('apply')).plan.steps, [], 'and nothing differs')
    if (tool === 'nftables') {
      await lab.shell('core-2', 'systemctl restart nftables')
      assert.deepEqual(await reached(lab), closed, 'nftables.service takes its rules along')
      await lab.shell('core-2', 'systemctl reload nftables')
      assert.deepEqual(await reached(lab), closed)
    }

    await writeFile(operator.path, (await readFile(operator.path, 'utf8')).replace(`tool: ${tool}`, 'tool: none'))
    assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
    assert.deepEqual(await reached(lab), open)
    if (tool === 'ufw') assert.equal(await lab.shell('core-2', rulesOfOthers.ufw), before)
  })

test('an ufw that is off and empty is enabled, and cuts neither ssh nor nginx; from one tool to the other', async () => {
  const { lab, operator } = await labWith('ufw')
  const { outcome, output } = await operator.run('apply')
  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  assert.deepEqual(await reached(lab), closed)
  assert.equal((await fetch(`http://${lab.address('core-1')}/health`)).status, 200)

  const text = await readFile(operator.path, 'utf8')
  await writeFile(operator.path, text.replace('tool: ufw', 'tool: nftables'))
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  assert.deepEqual(await reached(lab), closed)
  assert.equal(await lab.shell('core-2', 'ufw show added | grep fleet-ops || true'), '')
  assert.deepEqual((await operator.prepare('apply')).plan.steps, [])
})

test('an ufw that is off and has rules is refused, and one with a rule that would let everybody in', async () => {
  const { lab, operator } = await labWith('ufw')
  await lab.shell('core-2', 'ufw allow 443/tcp')
  assert.match(
    (await operator.prepare('apply')).plan.refusals.map(one => one.message).join(),
    /ufw is not enabled on core-2/,
  )
  await lab.shell('core-2', 'ufw allow 22/tcp; ufw allow 8001:8004/tcp; ufw --force enable')
  const rules = await lab.shell('core-2', 'ufw show added')
  const { outcome } = await operator.run('apply')
  assert.equal(outcome.kind, 'failed')
  assert.match(JSON.stringify(outcome), /ufw has a rule of its own for port 8001:8004 from anywhere/)
  assert.equal(await lab.shell('core-2', 'ufw show added'), rules)
})

test('a call that is open lives on, also one that comes from where nobody may come from any more', async () => {
  const { lab, operator } = await labWith('nftables')
  await lab.shell(
    'core-3',
    `systemd-run -q --unit=caller sh -c 'mkfifo /run/line; (printf "GET /ws/bot HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\\r\\n\\r\\n"; cat /run/line) | exec bash -c "exec 3<>/dev/tcp/${lab.address('core-2')}/8001; cat >&3"'`,
  )
  const calls = async () =>
    JSON.parse(await lab.shell('core-2', 'curl -fsS http://127.0.0.1:8001/health')).worker_calls as number
  const deadline = Date.now() + 60_000
  while ((await calls()) !== 1) assert.ok(Date.now() < deadline, 'no call began')
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  assert.equal((await reached(lab)).other, false)
  assert.equal(await calls(), 1)
})

test('rules that cannot be put in force leave what was', async () => {
  const { lab, operator } = await labWith('nftables', ['core-1', 'core-2', 'core-3'])
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  const before = await lab.shell('core-2', 'nft -n list ruleset; cat /etc/fleet-ops/*')
  // Works for the check and for whoever lists, and fails for the unit that loads.
  await lab.shell(
    'core-2',
    'mkdir -p /usr/local/sbin && printf \'#!/bin/sh\\n[ "$1" = -f ] && [ -z "$BROKEN" ] && exit 1\\nexec /usr/sbin/nft "$@"\\n\' >/usr/local/sbin/nft && chmod 755 /usr/local/sbin/nft',
  )
  const { outcome } = await operator.run('add-worker', { server: 'core-2' })
  assert.equal(outcome.kind, 'failed')
  await lab.shell('core-2', 'rm /usr/local/sbin/nft')
  assert.equal(await lab.shell('core-2', 'nft -n list ruleset; cat /etc/fleet-ops/*'), before)
  assert.deepEqual(await reached(lab), closed)
})

for (const tool of ['nftables', 'ufw'] as const)
  test(`${tool}: networks and IPv6 are read back as they were meant, and an address that goes is shut out`, async () => {
    const lab = await freshLab(['core-1', 'core-2', 'core-3'])
    const other = lab.address('core-3')
    const network = `${other.replace(/\d+$/, '12')}/31`
    operator = await operatorOf(lab, {
      hosts: ['core-1', 'core-2'],
      firewall: `{ tool: ${tool}, allow_from: [10.9.8.7/16, "2001:DB8:0:0::1", "2001:db8:1:0:0:0:0:9/64", ${network}] }`,
    })
    await operator.run('reload')
    const { outcome, output } = await operator.run('apply')
    assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
    assert.deepEqual(await reached(lab), open, 'core-3 is in the network')
    assert.deepEqual((await operator.prepare('apply')).plan.steps, [])

    await writeFile(operator.path, (await readFile(operator.path, 'utf8')).replace(`, ${network}`, ''))
    assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
    assert.deepEqual(await reached(lab), closed)
    assert.deepEqual((await operator.prepare('apply')).plan.steps, [])
  })

test('a server that the load balancer reaches by a name lets it in, once it knows the name', async () => {
  const lab = await freshLab(['core-1', 'core-2', 'core-3'])
  operator = await operatorOf(lab, {
    hosts: ['core-1', 'core-2'],
    addresses: { 'core-2': 'two.example' },
    firewall: '{ tool: nftables }',
  })
  const refused = (await operator.prepare('apply')).plan.refusals.map(one => one.message).join()
  assert.match(refused, /core-1 cannot tell from which address it reaches core-2 at two\.example/)
  await lab.shell('core-1', `echo '${lab.address('core-2')} two.example' >>/etc/hosts`)
  const { outcome, output } = await operator.run('apply')
  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  assert.deepEqual(await reached(lab), closed)
})
