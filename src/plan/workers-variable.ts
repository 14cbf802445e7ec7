import type { Server } from '../fleet/fleet'

/** Such as `1,2,4`: a brand's own scripts may read which workers there are where VoxCore reads how many. */
const list = /^\d+(,\d+)+$/

/** What the variable for the number of workers has to say: the number, or the workers where the server's file lists them now. */
export function workersValue({ workers }: Pick<Server, 'workers'>, now: string | undefined): string {
  return now !== undefined && list.test(now) ? workers.map(({ id }) => id).join(',') : String(workers.length)
}

/** How many workers it says that there are; NaN if it says nothing of the kind. */
export const workersSaid = (value: string | undefined): number =>
  value !== undefined && list.test(value) ? value.split(',').length : Number(value)
