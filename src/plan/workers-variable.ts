import type { Server } from '../fleet/fleet'

/** Such as `1,2,4`: a brand's own scripts may read which workers there are where VoxCore reads how many. */
const list = /^\d+(,\d+)+$/

/** What the variable for the number of workers has to say: the number, or the workers where the server's file lists them now. */
export function workersValue({ workers }: Pick<Server, 'workers'>, now: string | undefined): string {
  return now !== undefined && list.test(withoutComment(now))
    ? workers.map(({ id }) => id).join(',')
    : String(workers.length)
}

/** What was meant, where somebody has put a comment behind the value. */
const withoutComment = (value: string): string => value.replace(/[ \t]*#.*$/, '')

/** Whether systemd would take a value for a number, or for a list of workers. A comment behind it is a part of it (systemd.exec(5)). */
export const isCount = (value: string): boolean => /^\d+$/.test(value) || list.test(value)

/** How many workers it says that there are; NaN if it says nothing of the kind. */
export const workersSaid = (value: string | undefined): number =>
  value !== undefined && list.test(value) ? value.split(',').length : Number(value)
