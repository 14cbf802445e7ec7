import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** A way to a server on which everything takes its time. */
export interface LongLine {
  readonly port: number
  close(): void
}

/** Listens on loopback and leads on to `port`; what is sent takes half of `roundTrip` milliseconds, either way. */
export async function longLine(port: number, roundTrip: number): Promise<LongLine> {
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = createConnection(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('data', data => setTimeout(() => to.write(data), roundTrip / 2))
      from.on('close', () => setTimeout(() => to.destroy(), roundTrip / 2))
      from.on('error', () => {})
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
