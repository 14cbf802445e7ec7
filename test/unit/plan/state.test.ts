import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observed, ObservedWorker } from '../../../src/fleet/observed'
import { type WorkerState, workerStates } from '../../../src/plan/state'
import { busy, type Differences, failed, fixture, fleetOf, hung, observedAs, stopped, workerOf } from './situation'

const fleet = fleetOf(fixture('two-servers.fleet.yaml'))
const live = fixture('two-servers.conf')
const marked = live.replace('server 10.0.0.2:8002;', 'server 10.0.0.2:8002 down;')
const worker = workerOf(fleet, 'core-2/2')

function stateIn(observed: Observed): WorkerState {
  const state = workerStates(fleet, observed).get(worker)
  assert.ok(state)
  return state
}

test('a worker is in one state, with its calls where it says them', () => {
  const own = (change: Partial<ObservedWorker> | undefined): Differences => ({ workers: { 'core-2/2': change } })
  const table = [
    ['healthy 0/5', live, {}],
    ['busy 3/5', live, own(busy(3))],
    ['busy 5/5', live, own(busy(5))],
    ['draining 2/5', marked, own(busy(2))],
    ['draining 0/5', marked, {}],
    ['not-running', marked, own(stopped)],
    ['not-running', live, own(undefined)],
    ['failed', live, own(failed)],
    ['failed', live, own({ health: { kind: 'wrong', reason: 'it says port 8009' } })],
    ['restarting', live, own({ activeState: 'activating', subState: 'auto-restart', health: { kind: 'not-asked' } })],
    ['restarting', live, own({ activeState: 'deactivating', subState: 'stop-sigterm', health: { kind: 'not-asked' } })],
    ['unreachable', live, own(hung)],
    ['unreachable', live, { unreachable: ['core-2'] }],
    ['busy 1/5', live, { ...own(busy(1)), loadBalancerUnreachable: true }],
    ['busy 1/5', undefined, own(busy(1))],
  ] as const
  for (const [expected, file, differences] of table) {
    const { kind, calls, max } = stateIn(observedAs(fleet, file, differences))
    assert.equal(calls === undefined ? kind : `${kind} ${calls}/${max}`, expected, JSON.stringify(differences))
  }
})

test('why is said where the state alone does not', () => {
  const { reason } = stateIn(observedAs(fleet, live, { unreachable: ['core-2'] }))
  assert.equal(reason, 'connection timed out')
})

test('every worker of the fleet has its own', () => {
  const observed = observedAs(fleet, marked, { workers: { 'core-1/1': busy(2), 'core-2/4': failed } })
  const kinds = [...workerStates(fleet, observed)].map(([{ server, id }, { kind }]) => `${server}/${id} ${kind}`)
  assert.deepEqual(kinds, [
    ...['core-1/1 busy', 'core-1/2 healthy', 'core-1/3 healthy', 'core-1/4 healthy'],
    ...['core-2/1 healthy', 'core-2/2 draining', 'core-2/3 healthy', 'core-2/4 failed'],
  ])
})
