// npm run bench -- ssh: the status of thirty servers, cold and warm, by our engine, by parallel OpenSSH with ControlMaster and by
// ansible's shell module; in one run, on one machine, in turns. Each asks the same thirty sshds for the same: our probe, and the
// health of four workers. Then how many round trips a warm status takes, over a line with a long one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { programPath } from '../quick/server-process'
import { ansible } from './ssh/ansible'
import type { Contender } from './ssh/contender'
import { fleetOf, fleetOps } from './ssh/fleet-ops'
import { longLine } from './ssh/long-line'
import { openSsh } from './ssh/openssh'
import { type Servers, startServers, workersEach } from './ssh/servers'

const count = 30
const times = { cold: 3, warm: 5 }
/** Milliseconds. */
const roundTrip = 200

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

interface Measured {
  readonly name: string
  readonly cold: number
  readonly warm: number
}

/** Each round asks all of them, so that what else the machine does is no one's alone. */
async function measure(contenders: readonly Contender[]): Promise<readonly Measured[]> {
  const all = contenders.map(contender => ({ contender, cold: [] as number[], warm: [] as number[] }))
  for (let time = 0; time < times.cold; time++)
    for (const { contender, cold } of all) {
      await contender.cool()
      cold.push(await timed(contender.status))
    }
  for (let time = 0; time < times.warm; time++)
    for (const { contender, warm } of all) warm.push(await timed(contender.status))
  for (const { contender } of all) await contender.cool()
  return all.map(({ contender, cold, warm }) => ({ name: contender.name, cold: median(cold), warm: median(warm) }))
}

function print(all: readonly Measured[]): void {
  const [own] = all
  const cell = (value: number, ours = 0) =>
    `${value.toFixed(0)} ms`.padStart(9) +
    (value === ours ? '' : `${(value / ours).toFixed(1)} ×`.padStart(9)).padEnd(9)
  console.log(`The status of ${count} servers with ${workersEach} workers each, median, and how many times ours:`)
  console.log(`${''.padEnd(20)}${'cold'.padStart(9)}${''.padEnd(9)}${'warm'.padStart(9)}`)
  for (const { name, cold, warm } of all) console.log(name.padEnd(20) + cell(cold, own?.cold) + cell(warm, own?.warm))
}

/** Of one server, behind a line whose round trip is long enough to forget everything else. */
async function printRoundTrips(servers: Servers): Promise<void> {
  const [first] = servers.all
  if (!first) return
  const line = await longLine(first.port, roundTrip)
  const knownHosts = join(servers.folder, 'known_hosts_of_the_line')
  writeFileSync(knownHosts, `[127.0.0.1]:${line.port} ${first.hostKey}\n`)
  const contender = fleetOps(fleetOf(servers, [line.port], [knownHosts]))
  try {
    const cold = await timed(contender.status)
    const warm: number[] = []
    for (let time = 0; time < 5; time++) warm.push(await timed(contender.status))
    const trips = (milliseconds: number) => (milliseconds / roundTrip).toFixed(1)
    console.log(
      `Over a line of ${roundTrip} ms there and back a warm status takes ${median(warm).toFixed(0)} ms, which is ${trips(median(warm))} round trips; a cold one ${trips(cold)}.`,
    )
  } finally {
    await contender.cool()
    line.close()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'fleet-bench-'))
const servers = await startServers(folder, count)
try {
  const contenders = [fleetOps(fleetOf(servers)), openSsh(servers)]
  if (programPath('ansible')) contenders.push(ansible(servers))
  else console.log('ansible is not installed (apt-get install ansible-core), and left out.')
  print(await measure(contenders))
  await printRoundTrips(servers)
} finally {
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
}
