import type { Server } from '../fleet/fleet'

/** Such as `1,2,4`: a brand's own scripts may read which workers exist, whereas VoxCore reads only how many. */
const list = /^\d+(,\d+)+$/

/** The value for the variable of the number of workers: the number, or the list of workers if the server's file has a list now. */
export function workersValue({ workers }: Pick<Server, 'workers'>, now: string | undefined): string {
  return now !== undefined && list.test(withoutComment(now))
    ? workers.map(({ id }) => id).join(',')
    : String(workers.length)
}

/** What was meant if somebody has put a comment after the value. */
const withoutComment = (value: string): string => value.replace(/[ \t]*#.*$/, '')

/** Whether systemd would read a value as a number, or as a list of workers. A comment after it is part of it (systemd.exec(5)). */
export const isCount = (value: string): boolean => /^\d+$/.test(value) || list.test(value)

/** How many workers the value means; NaN if it is neither a number nor a list. */
export const workersSaid = (value: string | undefined): number =>
  value !== undefined && list.test(value) ? value.split(',').length : Number(value)
