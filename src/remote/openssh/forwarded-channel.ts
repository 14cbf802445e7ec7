import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/**
 * What a master leads on, through a socket that it listens on. It takes every connection, and hangs up where the channel cannot be
 * opened: that is an error here, whose words `whyNot` gives.
 */
export class ForwardedChannel extends Duplex {
  readonly #socket: Socket
  readonly #whyNot: () => Promise<Error | undefined>
  #answered = false
  #ended = false

  constructor(socket: Socket, whyNot: () => Promise<Error | undefined>) {
    super()
    this.#socket = socket
    this.#whyNot = whyNot
    socket
      .on('data', (piece: Buffer) => {
        this.#answered = true
        if (!this.push(piece)) socket.pause()
      })
      .on('end', () => this.#end())
      .on('error', error => this.#end(error))
      .on('close', () => this.#end())
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A socket that was hung up on says so by itself, and why is yet to be heard.
    this.#socket.write(piece, () => done())
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ended = true
    this.#socket.destroy()
    done(error)
  }

  #end(error?: Error): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#answered) {
      if (error) this.destroy(error)
      else this.push(null)
      return
    }
    void this.#whyNot().then(why => {
      if (why ?? error) this.destroy(why ?? error)
      else this.push(null)
    })
  }
}
