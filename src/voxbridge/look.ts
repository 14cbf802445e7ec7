import { messageOf } from '../fleet/message-of'
import type { ObservedVoxbridge } from '../fleet/observed'
import { accessTo, type VoxbridgeToken } from './access'
import { whyUnhealthy } from './base-url-health'
import { readFleetUrls } from './fleet-urls'
import { VoxbridgeError } from './voxbridge-error'

/**
 * Looks at VoxBridge without changing anything: the base URLs that it knows, and of those in `asked` which it would call
 * unhealthy. Throws only if `signal` aborts.
 */
export async function lookAtVoxbridge(
  url: string,
  { token, asked, signal }: { token: VoxbridgeToken; asked: readonly string[]; signal?: AbortSignal },
): Promise<ObservedVoxbridge> {
  try {
    const access = await accessTo(url, token)
    const [urls, ...answers] = await Promise.all([
      readFleetUrls(access, signal),
      ...asked.map(async base => [base, await whyUnhealthy(base, signal)] as const),
    ])
    const unhealthy = answers.filter((answer): answer is readonly [string, string] => answer[1] !== undefined)
    return { reachable: true, urls, unhealthy: Object.fromEntries(unhealthy) }
  } catch (error) {
    if (signal?.aborted) throw error
    if (error instanceof VoxbridgeError) return { reachable: false, message: error.message, remedy: error.remedy }
    return { reachable: false, message: messageOf(error) }
  }
}
