import type { WorkerTarget } from '../plan/plan'

/** A worker in a sentence and in front of a line: `core-1 worker 3`. */
export const workerName = ({ server, id }: Pick<WorkerTarget, 'server' | 'id'>) => `${server} worker ${id}`

/** `1 call`, `2 calls`. */
export const countOf = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`
