import type { Fleet, Server } from './fleet'

/** How many calls all workers of a server take at a time. */
export function serverCapacity({
  workers,
  maxConcurrentCalls,
}: Pick<Server, 'workers' | 'maxConcurrentCalls'>): number {
  return workers.length * maxConcurrentCalls
}

/** How many calls all workers of a fleet take at a time. */
export function fleetCapacity({ servers }: Pick<Fleet, 'servers'>): number {
  return servers.reduce((sum, server) => sum + serverCapacity(server), 0)
}
