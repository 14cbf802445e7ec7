import { t } from '@vscode/l10n'
import type { Fleet, Server, Worker } from '../fleet/fleet'
import { type OperationArguments, OperationError } from './operation'

/** The server with this name. If there is none, throws OperationError, which lists the existing names. */
export function serverNamed(fleet: Fleet, name: string | undefined): Server {
  const server = fleet.servers.find(candidate => candidate.name === name)
  if (server) return server
  const names = fleet.servers.map(candidate => candidate.name).join(', ')
  if (name === undefined) throw new OperationError(t('no server given'), t('give --server, one of {0}', names))
  throw new OperationError(t('fleet {0} has no server {1}', fleet.name, name), t('its servers are {0}', names))
}

/** The worker of a server with this id. If there is none, throws OperationError, which lists the existing ids. */
export function workerWithId(server: Server, id: number | undefined): Worker {
  const worker = server.workers.find(candidate => candidate.id === id)
  if (worker) return worker
  const ids = server.workers.map(candidate => candidate.id).join(', ')
  if (id === undefined) throw new OperationError(t('no worker given'), t('give --worker, one of {0}', ids))
  throw new OperationError(t('{0} has no worker {1}', server.name, id), t('its workers are {0}', ids))
}

/** The server that the arguments mean: the one named, or the only one of the fleet. Throws OperationError. */
export function serverMeant(fleet: Fleet, given: OperationArguments): Server {
  const [only] = fleet.servers
  return given.server === undefined && only && fleet.servers.length === 1 ? only : serverNamed(fleet, given.server)
}

/**
 * The workers that the arguments mean, in the file's order: one worker, a server's, or the fleet's. Throws OperationError
 * for an unknown name, and for a worker without its server if the fleet has several.
 */
export function workersMeant(fleet: Fleet, given: OperationArguments): readonly Worker[] {
  if (given.worker !== undefined) return [workerWithId(serverMeant(fleet, given), given.worker)]
  if (given.server !== undefined) return serverNamed(fleet, given.server).workers
  return fleet.servers.flatMap(server => server.workers)
}
