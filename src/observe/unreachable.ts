import { messageOf } from '../fleet/message-of'
import type { Unreachable } from '../fleet/observed'
import { RemoteError } from '../remote/connection'

/** Why a machine could not be asked, in words and with what to do about it. */
export function unreachableBecause(error: unknown): Unreachable {
  if (error instanceof RemoteError)
    return { reachable: false, message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
  return { reachable: false, message: messageOf(error) }
}
