import type { Fleet, Server, Worker } from '../fleet/fleet'
import { type OperationArguments, OperationError } from './operation'

/** The server with this name. Throws OperationError, which lists the names that there are, if none has it. */
export function serverNamed(fleet: Fleet, name: string | undefined): Server {
  const server = fleet.servers.find(candidate => candidate.name === name)
  if (server) return server
  const names = fleet.servers.map(candidate => candidate.name).join(', ')
  if (name === undefined) throw new OperationError('no server is named', `give --server, one of ${names}`)
  throw new OperationError(`fleet ${fleet.name} has no server ${name}`, `its servers are ${names}`)
}

/** The worker of a server with this id. Throws OperationError, which lists the ids that there are, if none has it. */
export function workerWithId(server: Server, id: number | undefined): Worker {
  const worker = server.workers.find(candidate => candidate.id === id)
  if (worker) return worker
  const ids = server.workers.map(candidate => candidate.id).join(', ')
  if (id === undefined) throw new OperationError('no worker is named', `give --worker, one of ${ids}`)
  throw new OperationError(`${server.name} has no worker ${id}`, `its workers are ${ids}`)
}

/** The server that the arguments mean: the one named, or the only one of the fleet. Throws OperationError. */
export function serverMeant(fleet: Fleet, given: OperationArguments): Server {
  const [only] = fleet.servers
  return given.server === undefined && only && fleet.servers.length === 1 ? only : serverNamed(fleet, given.server)
}

/**
 * The workers that the arguments mean, in the file's order: one worker, a server's, or the fleet's. Throws OperationError
 * for a name that is not there, and for a worker without its server where the fleet has several.
 */
export function workersMeant(fleet: Fleet, given: OperationArguments): readonly Worker[] {
  if (given.worker !== undefined) return [workerWithId(serverMeant(fleet, given), given.worker)]
  if (given.server !== undefined) return serverNamed(fleet, given.server).workers
  return fleet.servers.flatMap(server => server.workers)
}
