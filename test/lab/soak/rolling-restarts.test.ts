import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type CallCount, holdCalls } from '../fixture/calls'
import { nginxServes, until, upstreamLines, workerPids } from '../fixture/hosts'
import { freshLab, type Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

// Twenty rolling restarts in a row under steady calls, by one client that lives all the while, as an editor does.

const rounds = 20
/** By then everything is loaded and compiled, and what grows after it grows for ever. */
const settled = 5
const callers = { concurrent: 12, seconds: 1.5 }

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab, {
    rollout: '{ batch: 2, drain: { timeout: 20s }, ready: { timeout: 15s, checks: 2 } }',
  })
  assert.equal((await operator.run('reload')).outcome.kind, 'done')
})
after(() => operator?.leave())

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of this process's heap that are in use when all garbage is collected. */
function heap(): number {
  for (let time = 0; time < 3; time++) collectGarbage()
  return process.memoryUsage().heapUsed
}

/** What sshd on a host has open for this client: connections, and the shells and forwarded connections in their channels. */
async function channels(host: string): Promise<number> {
  const said = await lab.shell(
    host,
    `ss -Htn state established '( sport = :22 )' | wc -l; pgrep -c -f 'sh -s --' || true; ss -Htnp state established '( dport >= :8001 and dport <= :8004 )' | grep -c sshd || true`,
  )
  return said
    .split('\n')
    .filter(Boolean)
    .reduce((sum, count) => sum + Number(count), 0)
}

const openHere = () => process.getActiveResourcesInfo().filter(kind => kind !== 'Timeout').length
const nginxProcesses = async () => Number(await lab.shell('core-1', "pgrep -c -f 'nginx: worker process' || true"))
const inWords = ({ started, completed, dropped, refused }: CallCount) =>
  `${started} calls: ${completed} completed, ${dropped} dropped, ${refused} refused`

test(`${rounds} rolling restarts in a row drop no call and leave nothing open`, async context => {
  const pids = async () => [...(await workerPids(lab, 'core-1')), ...(await workerPids(lab, 'core-2'))]
  const [lines, processes] = [await upstreamLines(lab), await nginxProcesses()]
  const calls = holdCalls({ host: lab.address('core-1'), ...callers })
  context.after(() => calls.stop())
  await calls.reached(callers.concurrent)

  // One signal for all of them: what a run hangs on it must go with the run.
  const { signal } = new AbortController()
  const measured: { heap: number; here: number; servers: number }[] = []
  const began = performance.now()
  for (let round = 1; round <= rounds; round++) {
    const before = await pids()
    assert.deepEqual((await operator.run('rolling-restart', {}, { signal })).outcome, { kind: 'done' })
    const now = await pids()
    assert.ok(
      now.every((pid, index) => pid > 0 && pid !== before[index]),
      `round ${round}: every worker is a new process`,
    )
    measured.push({
      heap: heap(),
      here: openHere(),
      servers: (await channels('core-1')) + (await channels('core-2')),
    })
    assert.equal(calls.count.dropped + calls.count.refused, 0, `round ${round}: ${inWords(calls.count)}`)
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const count = await calls.stop()
  context.diagnostic(`${rounds} rolling restarts of 8 workers in ${seconds} s: ${inWords(count)}`)
  for (const [what, read] of [
    ['heap in kB', (one: (typeof measured)[0]) => Math.round(one.heap / 1000)],
    ['open here', (one: (typeof measured)[0]) => one.here],
    ['open on the servers', (one: (typeof measured)[0]) => one.servers],
  ] as const)
    context.diagnostic(`${what}, after each: ${measured.map(read).join(' ')}`)

  assert.equal(count.dropped, 0, inWords(count))
  assert.equal(count.refused, 0, inWords(count))
  assert.equal(count.completed, count.started)
  assert.deepEqual(await upstreamLines(lab), lines)
  await until('nginx has only the processes that it had', async () => (await nginxProcesses()) <= processes)
  assert.ok(await nginxServes(lab))

  const [early, late] = [measured[settled - 1], measured.at(-1)]
  assert.ok(early && late)
  // Callers come and go meanwhile, and are in the same process: some hundred kilobytes more or less say nothing.
  assert.ok(late.heap - early.heap < 1_500_000, `the heap grew from ${early.heap} to ${late.heap} bytes`)
  assert.ok(late.here <= early.here + callers.concurrent, `${early.here} resources were open, then ${late.here}`)
  assert.ok(late.servers <= early.servers, `${early.servers} channels were open, then ${late.servers}`)
})
