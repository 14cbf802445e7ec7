import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CallCount, holdCalls } from '../fixture/calls'
import { nginxServes, until, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { operatorOf } from '../fixture/session'
import { beClient, isClient, type Round, startClient } from './client-process'

// Twenty rolling restarts in a row under steady calls, by one client that lives all the while, as an editor does.

const rounds = 20
/** By then everything is loaded, and what grows after it grows for ever. */
const settled = 5
/** In bytes: of each of the fifteen runs after that not even 2 kB may stay, and what was said in one is ten times that. */
const mostGrowth = 30_000
const callers = { concurrent: 12, seconds: 1.5 }
const wishes = { rollout: '{ batch: 2, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }' }

/** What sshd on a host has open for this client: connections, and the shells and forwarded connections in their channels. */
async function channels(lab: Lab, host: string): Promise<number> {
  const said = await lab.shell(
    host,
    `ss -Htn state established '( sport = :22 )' | wc -l; pgrep -c -f 'sh -s --' || true; ss -Htnp state established '( dport >= :8001 and dport <= :8004 )' | grep -c sshd || true`,
  )
  return said
    .split('\n')
    .filter(Boolean)
    .reduce((sum, count) => sum + Number(count), 0)
}

const nginxProcesses = async (lab: Lab) =>
  Number(await lab.shell('core-1', "pgrep -c -f 'nginx: worker process' || true"))
const inWords = ({ started, completed, dropped, refused }: CallCount) =>
  `${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`

async function soak(context: TestContext): Promise<void> {
  const lab = await freshLab()
  const operator = await operatorOf(lab, wishes)
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
  await operator.leave()

  const pids = async () => [...(await workerPids(lab, 'core-1')), ...(await workerPids(lab, 'core-2'))]
  const [lines, processes] = [await upstreamLines(lab), await nginxProcesses(lab)]
  const calls = holdCalls({ host: lab.address('core-1'), ...callers })
  context.after(() => calls.stop())
  const client = await startClient({ facts: lab.facts, wishes })
  context.after(() => client.leave())
  await calls.reached(callers.concurrent)

  const measured: (Round & { servers: number })[] = []
  const began = performance.now()
  for (let round = 1; round <= rounds; round++) {
    const before = await pids()
    const ran = await client.restartAll()
    assert.deepEqual(ran.outcome, { kind: 'done' })
    const now = await pids()
    assert.ok(
      now.every((pid, index) => pid > 0 && pid !== before[index]),
      `round ${round}: every worker is a new process`,
    )
    measured.push({ ...ran, servers: (await channels(lab, 'core-1')) + (await channels(lab, 'core-2')) })
    assert.equal(calls.count.dropped + calls.count.refused, 0, `round ${round}: ${inWords(calls.count)}`)
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const count = await calls.stop()
  context.diagnostic(`${rounds} rolling restarts of 8 workers in ${seconds} s: ${inWords(count)}`)
  for (const [what, read] of [
    ["the client's heap in kB", (one: (typeof measured)[0]) => Math.round(one.heap / 1000)],
    ['open there', (one: (typeof measured)[0]) => one.open],
    ['open on the servers', (one: (typeof measured)[0]) => one.servers],
  ] as const)
    context.diagnostic(`${what}, after each: ${measured.map(read).join(' ')}`)

  assert.equal(count.dropped, 0, inWords(count))
  assert.equal(count.refused, 0, inWords(count))
  assert.equal(count.completed, count.started)
  assert.deepEqual(await upstreamLines(lab), lines)
  await until('nginx has only the processes that it had', async () => (await nginxProcesses(lab)) <= processes)
  assert.ok(await nginxServes(lab))

  const [early, late] = [measured[settled - 1], measured.at(-1)]
  assert.ok(early && late)
  assert.ok(late.heap - early.heap < mostGrowth, `the heap grew from ${early.heap} to ${late.heap} bytes`)
  assert.ok(late.open <= early.open, `${early.open} resources were open, then ${late.open}`)
  assert.ok(late.servers <= early.servers, `${early.servers} channels were open, then ${late.servers}`)
}

if (isClient) await beClient()
else test(`${rounds} rolling restarts in a row drop no call and leave nothing open`, soak)
