import { Duplex, type Readable, type Writable } from 'node:stream'

/**
 * A channel forwarded by ssh: reads come `from` it and writes go `to` it, possibly one stream. ssh accepts input even if it cannot
 * forward, and then hangs up: this becomes an error here, with the reason that `whyNot` gives.
 */
export class ForwardedChannel extends Duplex {
  readonly #from: Readable
  readonly #to: Writable
  readonly #whyNot: () => Promise<Error | undefined>
  #answered = false
  #ended = false

  constructor(from: Readable, to: Writable, whyNot: () => Promise<Error | undefined>) {
    super()
    this.#from = from
    this.#to = to
    this.#whyNot = whyNot
    to.on('error', () => {})
    from
      .on('data', (piece: Buffer) => {
        this.#answered = true
        if (!this.push(piece)) from.pause()
      })
      .on('end', () => this.#end())
      .on('error', error => this.#end(error))
      .on('close', () => this.#end())
  }

  override _read(): void {
    this.#from.resume()
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // The stream reports the hang-up itself; the reason arrives later.
    this.#to.write(piece, () => done())
  }

  override _final(done: () => void): void {
    this.#to.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ended = true
    this.#from.destroy()
    this.#to.destroy()
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
