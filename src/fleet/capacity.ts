import type { Fleet, Server } from './fleet'

/** How many calls all workers of a server can take at once. */
export function serverCapacity({
  workers,
  maxConcurrentCalls,
}: Pick<Server, 'workers' | 'maxConcurrentCalls'>): number {
  return workers.length * maxConcurrentCalls
}

/** How many calls all workers of a fleet can take at once. */
export function fleetCapacity({ servers }: Pick<Fleet, 'servers'>): number {
  return servers.reduce((sum, server) => sum + serverCapacity(server), 0)
}
