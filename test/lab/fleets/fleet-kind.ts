import type { Lab } from '../fixture/lab'
import type { Operator } from '../fixture/session'

/** A kind of fleet that is not what VoxCore is delivered as: how it is named, and what it holds. */
export interface FleetKind {
  readonly lab: Lab
  readonly operator: Operator
  /** What the command line needs to know beside fleet.yaml. */
  readonly environment: Readonly<Record<string, string>>
  /** The file of the upstream, on core-1. */
  readonly upstreamFile: string
  /** The server that operations are tried on, and its workers at the beginning. */
  readonly server: string
  readonly workers: number
  /** Every `server` line of the upstream, if that server has these workers. */
  readonly lines: (ids: readonly number[]) => readonly string[]
  /** The line of one of its workers. */
  readonly line: (id: number) => string
  /** The systemd template, such as `voxcore@`. */
  readonly unit: string
  readonly envFile: string
  readonly callsVariable: string
  readonly workersVariable: string
  /** What a worker takes. */
  readonly calls: number
  /** The command that asks one of its workers there for its health. */
  readonly askHealth: (id: number) => string
  /** Calls at once that leave room for a batch to be out, and calls that leave no batch without any. */
  readonly held: { readonly some: number; readonly most: number }
  /** nginx counts anew at each reload, so that a call may meet a worker that is full (README, Limits). */
  readonly mayRefuse: boolean
}

/** The `server` lines that nginx has. */
export async function linesNow({ lab, upstreamFile }: FleetKind): Promise<readonly string[]> {
  const text = await lab.shell('core-1', `cat ${upstreamFile}`)
  return Array.from(text.matchAll(/^\s*server\s+(.+);/gm), match => match[1] ?? '')
}

/** What tells one start of each worker from another. */
export async function starts({ lab, server, unit }: FleetKind, ids: readonly number[]): Promise<readonly string[]> {
  const units = ids.map(id => `${unit}${id}`).join(' ')
  return (await lab.shell(server, `systemctl show --value -p InvocationID ${units}`)).split('\n').filter(Boolean)
}

/** A variable of the file that workers read. */
export const variable = ({ lab, server, envFile }: FleetKind, name: string): Promise<string> =>
  lab.shell(server, `sed -n 's/^${name}="\\{0,1\\}\\([0-9]*\\).*/\\1/p' ${envFile}`).then(text => text.trim())

export const idsTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)
