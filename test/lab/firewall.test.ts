import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { nginxServes } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, { firewall: '{ tool: nftables }' })
  await operator.run('reload')
})
after(() => operator?.leave())

/** Whether a worker of core-2 answers one that asks from core-1, or from this machine, which is another. */
const fromBalancer = (port: number) =>
  lab.succeeds('core-1', `curl -fsS -m 5 -o /dev/null http://${lab.address('core-2')}:${port}/health`)
const fromElsewhere = (port: number) =>
  fetch(`http://${lab.address('core-2')}:${port}/health`, { signal: AbortSignal.timeout(20_000) }).then(
    () => true,
    () => false,
  )

test('only the load balancer reaches the workers, and ssh and nginx are not cut', async () => {
  assert.ok(await fromElsewhere(8001), 'open to everybody before')
  await lab.shell('core-2', 'nft add table inet mine; nft add chain inet mine theirs')

  const { outcome, output } = await operator.run('apply')

  assert.deepEqual(outcome, { kind: 'done' }, output.join('\n'))
  assert.ok(await fromBalancer(8001))
  assert.equal(await fromElsewhere(8001), false)
  assert.ok(
    await lab.succeeds('core-2', 'curl -fsS -m 5 -o /dev/null http://127.0.0.1:8001/health'),
    'its own loopback',
  )
  assert.ok(await nginxServes(lab))
  assert.match(await lab.shell('core-2', 'nft list ruleset'), /table inet mine/, 'the tables of others stay')
  assert.deepEqual((await operator.prepare('apply')).plan.steps, [], 'and then it is so')
})

test('rules that somebody has flushed are put back, and taken away where fleet.yaml wants none', async () => {
  await lab.shell('core-2', 'nft flush ruleset')
  assert.ok(await fromElsewhere(8001))
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  assert.equal(await fromElsewhere(8001), false)

  const text = await readFile(operator.path, 'utf8')
  await writeFile(operator.path, text.replace('tool: nftables', 'tool: none'))
  assert.deepEqual((await operator.run('apply')).outcome, { kind: 'done' })
  assert.ok(await fromElsewhere(8001))
  assert.equal(await lab.shell('core-2', 'nft list ruleset; ls /etc/fleet-ops 2>/dev/null || true'), '')
})
