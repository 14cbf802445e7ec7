import { randomUUID } from 'node:crypto'
import { t } from '@vscode/l10n'
import type { Fleet, Machine } from '../fleet/fleet'
import type { LockOwner } from '../fleet/observed'
import { listOf } from '../fleet/words'
import type { Plan } from '../plan/plan'
import { natureOf } from '../plan/step-natures'
import type { Connections } from '../remote/connection'
import { allOf } from './all-of'
import { ApplyError } from './apply-error'
import { type MachineLock, takeMachineLock } from './machine-lock'
import { unlessCancelled } from './unless-cancelled'

/** A fleet's lock on every machine that a run changes. */
export interface Lock {
  /** Without it no script changes anything. */
  readonly token: string
  /** Aborts when the lock of any machine is lost; its reason is an ApplyError that says which, and why. */
  readonly lost: AbortSignal
  /** Whether this run may still change something on a machine. */
  holds(machine: string): boolean
  /** Ends the run well: the lock is free. Never throws. */
  release(): Promise<void>
  /** Leaves restoring to the guardian on the load balancer, which puts the upstream back and releases the lock. Never throws. */
  leaveToGuardian(): Promise<void>
}

export type LockAttempt =
  | { readonly kind: 'taken'; readonly lock: Lock }
  | { readonly kind: 'held'; readonly machine: string; readonly holder: LockOwner }

/** The machines that a plan changes something on: the load balancer, and then all others. */
function machinesOf(plan: Plan, { loadBalancer, servers }: Fleet): readonly (readonly Machine[])[] {
  const names = new Set(
    plan.steps.flatMap(step => {
      if (step.kind === 'note-rollout') return step.workers.map(worker => worker.server)
      return natureOf(step).changes ? [step.server] : []
    }),
  )
  const { machine } = loadBalancer
  return [[machine], servers.filter(({ name }) => names.has(name) && name !== machine.name)]
}

export interface LockWishes {
  readonly fleet: Fleet
  readonly connections: Connections
  readonly owner: string
  /** Ends the wait. A lock taken after that is released. */
  readonly signal: AbortSignal
}

/**
 * Takes the fleet's lock on every machine that the plan changes, or on none: the answer then says who has it.
 * Throws RemoteError or ApplyError if a machine cannot be asked, and Cancelled if the signal aborts first.
 */
export async function takeLock(plan: Plan, wishes: LockWishes): Promise<LockAttempt> {
  const taking = takeAll(plan, wishes)
  try {
    return await unlessCancelled(taking, wishes.signal)
  } catch (error) {
    // Do not wait for a machine that does not answer.
    taking.then(
      late => (late.kind === 'taken' ? late.lock.release() : undefined),
      () => {},
    )
    throw error
  }
}

async function takeAll(plan: Plan, { fleet, connections, owner }: LockWishes): Promise<LockAttempt> {
  const token = randomUUID()
  const lost = new AbortController()
  const onLost = (error: Error) => lost.abort(error)
  const taken: MachineLock[] = []
  const takeOn = async (machine: Machine) => {
    const request = { fleet: fleet.name, token, owner, operation: plan.operation, onLost }
    const attempt = await takeMachineLock(await connections.to(machine), request)
    if (attempt.kind === 'taken') taken.push(attempt.lock)
    return { ...attempt, machine: machine.name }
  }
  try {
    // The load balancer's lock decides who has the fleet, so the others can be taken at once.
    for (const machines of machinesOf(plan, fleet)) {
      const held = (await allOf(machines.map(takeOn))).find(attempt => attempt.kind === 'held')
      if (!held) continue
      const names = taken.map(lock => lock.machine)
      await releaseAll(taken)
      if (held.holder.token === token) throw namedTwice(held.machine, names)
      return held
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

/** This run itself holds the lock: it reached the same machine before, under another name. */
const namedTwice = (machine: string, others: readonly string[]): ApplyError =>
  new ApplyError(machine, t('{0} is the same machine as {1}, so nothing was changed', machine, listOf(others, 'or')), {
    remedy: t('correct the host of one of them in fleet.yaml, or name the machine once'),
  })

/** The load balancer's last, so that no other run starts with it while another machine is still locked. */
async function releaseAll(locks: readonly MachineLock[]): Promise<void> {
  const [first, ...rest] = locks
  await Promise.all(rest.map(lock => lock.release()))
  await first?.release()
}
