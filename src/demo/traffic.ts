import type { SimulatedServer } from './simulated-server'
import type { SimulatedWorker } from './simulated-worker'

/** How many calls begin in a second, and how long one lasts, in milliseconds: short, so that a drain takes seconds. */
const callsPerSecond = 1.3
const shortestCall = 6_000
const longestCall = 18_000

const tickMilliseconds = 500

/** Calls that come and go: each new one goes to the least busy worker that the load balancer's nginx knows and may use. */
export class Traffic {
  readonly #servers: readonly SimulatedServer[]
  readonly #random: () => number
  readonly #timer: NodeJS.Timeout

  constructor(servers: readonly SimulatedServer[], random: () => number) {
    this.#servers = servers
    this.#random = random
    this.#begin(Date.now())
    this.#timer = setInterval(() => this.#tick(Date.now()), tickMilliseconds)
    this.#timer.unref()
  }

  dispose(): void {
    clearInterval(this.#timer)
  }

  /** A fleet that is seen for the first time is busy, not idle. */
  #begin(now: number): void {
    const usual = (callsPerSecond * (shortestCall + longestCall)) / 2_000
    for (let count = 0; count < usual; count++) this.#newCall(now)
  }

  #tick(now: number): void {
    for (const server of this.#servers) for (const worker of server.workers.values()) worker.endCalls(now)
    if (this.#random() < (callsPerSecond * tickMilliseconds) / 1_000) this.#newCall(now)
  }

  #newCall(now: number): void {
    const free = this.#balancedWorkers().filter(worker => worker.hasRoom(now))
    const leastBusy = free.toSorted((a, b) => a.calls.length - b.calls.length || this.#random() - 0.5)[0]
    leastBusy?.beginCall(now, now + shortestCall + this.#random() * (longestCall - shortestCall))
  }

  #balancedWorkers(): SimulatedWorker[] {
    const lines = this.#servers.flatMap(server => server.upstream).filter(line => !line.down)
    return lines.flatMap(line => {
      const [address, port] = line.address.split(':')
      const server = this.#servers.find(
        ({ address: own, hasNginx }) => own === address || (hasNginx && address === '127.0.0.1'),
      )
      const worker = [...(server?.workers.values() ?? [])].find(candidate => candidate.port === Number(port))
      return worker ? [worker] : []
    })
  }
}
