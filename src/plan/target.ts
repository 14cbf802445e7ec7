import type { Worker } from '../fleet/fleet'
import type { WorkerTarget } from './plan'

/** A worker as steps name it. */
export const targetOf = ({ server, id, unit }: Worker): WorkerTarget => ({ server, id, unit })
