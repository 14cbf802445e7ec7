import type { Worker } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import type { WorkerHealth } from '../fleet/observed'
import type { Connection } from '../remote/connection'
import { RemoteError } from '../remote/connection'
import { readHealth } from './health'

export interface AskHealthOptions {
  /** The path, such as `/health`. */
  readonly path: string
  /** A worker in calls may take seconds: slow is not down (DESIGN §12). */
  readonly timeoutMilliseconds: number
  readonly signal?: AbortSignal
}

/**
 * Asks a worker for its own health, through the connection to its server, so that no port needs to be open.
 * Throws RemoteError only if `signal` aborts; a worker that does not answer is an answer.
 */
export async function askHealth(
  connection: Connection,
  { id, endpoint }: Pick<Worker, 'id' | 'endpoint'>,
  options: AskHealthOptions,
): Promise<WorkerHealth> {
  try {
    return readHealth(await connection.get({ endpoint, ...options }), { id, endpoint })
  } catch (error) {
    if (options.signal?.aborted) throw error
    return { kind: 'no-answer', reason: reasonOf(error) }
  }
}

/** The cause, as the middle of a sentence, without naming the work that it broke. */
function reasonOf(error: unknown): string {
  const broken = error instanceof RemoteError && error.cause instanceof Error ? error.cause : error
  return messageOf(broken).replace(/\.$/, '')
}
