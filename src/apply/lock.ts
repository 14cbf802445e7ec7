import { randomUUID } from 'node:crypto'
import type { Fleet, Machine } from '../fleet/fleet'
import type { LockOwner } from '../fleet/observed'
import type { Plan, Step } from '../plan/plan'
import type { Connections } from '../remote/connection'
import { type MachineLock, takeMachineLock } from './machine-lock'

/** A fleet's lock on every machine that a run changes. */
export interface Lock {
  /** Without it no script changes anything. */
  readonly token: string
  /** Aborts when the lock of any machine is lost; its reason is an ApplyError that says of which, and why. */
  readonly lost: AbortSignal
  /** Whether this run may still change something on a machine. */
  holds(machine: string): boolean
  /** Ends the run well: the lock is free. Never throws. */
  release(): Promise<void>
  /** Leaves things to the guardian on the load balancer, which puts the upstream back and frees the lock. Never throws. */
  leaveToGuardian(): Promise<void>
}

export type LockAttempt =
  | { readonly kind: 'taken'; readonly lock: Lock }
  | { readonly kind: 'held'; readonly machine: string; readonly holder: LockOwner }

/** The steps that change something on the machine they name. */
const changing: ReadonlySet<Step['kind']> = new Set([
  'write-upstream',
  'reload',
  'set-variable',
  'enable-worker',
  'disable-worker',
  'restart-worker',
  'set-firewall',
  'create-user',
  'copy-tree',
  'install',
  'daemon-reload',
])

/** The machines that a plan changes something on, the load balancer first: whoever has its lock has the fleet. */
function machinesOf(plan: Plan, { loadBalancer, servers }: Fleet): readonly Machine[] {
  const names = new Set(
    plan.steps.flatMap(step => {
      if (step.kind === 'note-rollout') return step.workers.map(worker => worker.server)
      return changing.has(step.kind) ? [step.server] : []
    }),
  )
  const { machine } = loadBalancer
  return [machine, ...servers.filter(({ name }) => names.has(name) && name !== machine.name)]
}

/**
 * Takes the fleet's lock on every machine that the plan changes, or on none: the answer says who has it.
 * Throws RemoteError or ApplyError if a machine cannot be asked.
 */
export async function takeLock(
  plan: Plan,
  { fleet, connections, owner }: { fleet: Fleet; connections: Connections; owner: string },
): Promise<LockAttempt> {
  const token = randomUUID()
  const lost = new AbortController()
  const taken: MachineLock[] = []
  const onLost = (error: Error) => lost.abort(error)
  try {
    for (const machine of machinesOf(plan, fleet)) {
      const connection = await connections.to(machine)
      const attempt = await takeMachineLock(connection, {
        fleet: fleet.name,
        token,
        owner,
        operation: plan.operation,
        onLost,
      })
      if (attempt.kind === 'held') {
        await releaseAll(taken)
        return { ...attempt, machine: machine.name }
      }
      taken.push(attempt.lock)
    }
  } catch (error) {
    await releaseAll(taken)
    throw error
  }
  return {
    kind: 'taken',
    lock: {
      token,
      lost: lost.signal,
      holds: machine => taken.some(lock => lock.machine === machine && lock.held()),
      release: () => releaseAll(taken),
      leaveToGuardian: async () => {
        await Promise.all(taken.map(lock => lock.leaveToGuardian()))
      },
    },
  }
}

/** The load balancer's last, so that nobody begins with it while another machine is still locked. */
async function releaseAll(locks: readonly MachineLock[]): Promise<void> {
  const [first, ...rest] = locks
  await Promise.all(rest.map(lock => lock.release()))
  await first?.release()
}
