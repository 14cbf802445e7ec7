import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SimulatedServer } from './simulated-server'
import type { SimulatedWorker } from './simulated-worker'

/** What `GET /health/fleet` says, which in spite of its name is about one server. */
export const fleetHealth = (server: SimulatedServer, now: number): object => {
  const { maxCalls, workers } = server.settings()
  const running = [...server.workers.values()].filter(worker => worker.answers(now))
  const calls = running.reduce((sum, worker) => sum + worker.calls.length, 0)
  return {
    status: 'ok',
    fleet_calls: calls,
    fleet_max: maxCalls * workers,
    fleet_available: Math.max(0, maxCalls * workers - calls),
    workers: running.map(worker => ({ port: worker.port, calls: worker.calls.length, pid: worker.pid })),
  }
}

const pages: Record<string, (server: SimulatedServer, worker: SimulatedWorker) => object> = {
  '/health': (_, worker) => worker.health(),
  '/health/fleet': server => fleetHealth(server, Date.now()),
}

/** VoxCore's health pages for the workers of one server. It listens nowhere: `serve` gives it a channel that came by SSH. */
export class WorkerHttp {
  readonly #http: Server
  readonly #workerOf = new WeakMap<Duplex, SimulatedWorker>()

  constructor(server: SimulatedServer) {
    this.#http = createServer({ keepAlive: false }, (request, response) => {
      const worker = this.#workerOf.get(request.socket)
      const page = pages[request.url ?? '']
      const body = worker && page ? page(server, worker) : { detail: 'Not Found' }
      const text = JSON.stringify(body)
      response.writeHead(worker && page ? 200 : 404, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        connection: 'close',
      })
      response.end(text)
    })
  }

  serve(channel: Duplex, worker: SimulatedWorker): void {
    this.#workerOf.set(channel, worker)
    this.#http.emit('connection', channel)
  }
}
