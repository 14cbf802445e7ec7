import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** A way to a port of 127.0.0.1 on which everything takes longer. */
export interface SlowRelay {
  readonly port: number
  stop(): void
}

/** Starts one that holds back all that passes it by so many milliseconds. */
export async function startSlowRelay(to: number, milliseconds: number): Promise<SlowRelay> {
  const sockets = new Set<Socket>()
  const pass = (from: Socket, on: Socket) => {
    sockets.add(from)
    from
      .on('data', piece => setTimeout(() => on.write(piece), milliseconds))
      .on('end', () => setTimeout(() => on.end(), milliseconds))
      .on('error', () => on.destroy())
      .on('close', () => sockets.delete(from))
  }
  const server = createServer({ allowHalfOpen: true }, socket => {
    const other = createConnection({ port: to, host: '127.0.0.1', allowHalfOpen: true })
    pass(socket, other)
    pass(other, socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
