import { t } from '@vscode/l10n'
import { isSameUrl } from '../fleet/base-urls'
import { askVoxbridge, type VoxbridgeAccess } from './access'
import { failureOfBody } from './failures'
import { VoxbridgeError } from './voxbridge-error'

/** How long, in milliseconds, another operator may take between reading the list and writing it. */
const settleMilliseconds = 2_000
/** How many times the list is written again if somebody else's write removed ours. */
const mostWrites = 5

/** What happens to the list: these URLs are in it, or not in it, afterwards. Every other URL stays as it is. */
export interface UrlChange {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
}

/** The base URLs that VoxBridge knows. Throws VoxbridgeError. */
export async function readFleetUrls(access: VoxbridgeAccess, signal?: AbortSignal): Promise<readonly string[]> {
  const settings = await askVoxbridge(access, { method: 'GET', path: '/api/v1/settings' }, signal)
  const where = t('VoxBridge at {0}', access.url)
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw failureOfBody(t('{0} answers, but not with settings', where))
  const { voxcore_fleet: urls } = settings as { voxcore_fleet?: unknown }
  if (urls === undefined || urls === null) return []
  if (Array.isArray(urls) && urls.every(url => typeof url === 'string')) return urls
  throw failureOfBody(t('{0} has a voxcore_fleet that is not a list of URLs', where))
}

/** The list with a change made: an entry with another spelling, such as a trailing slash, gets the right spelling. */
export function changed(urls: readonly string[], { add = [], remove = [] }: UrlChange): readonly string[] {
  const kept = urls
    .filter(url => !remove.some(gone => isSameUrl(gone, url)))
    .map(url => add.find(own => isSameUrl(own, url)) ?? url)
  const all = [...kept, ...add]
  return all.filter((url, index) => all.indexOf(url) === index)
}

/**
 * Changes the list. VoxBridge has no version to compare, and a write replaces all of it: so it is read just before it is written,
 * read back at once and once more when another operator's write would have arrived, and written again if that took ours
 * away. Answers `already` if nothing had to be written. Throws VoxbridgeError.
 */
export async function changeFleetUrls(
  access: VoxbridgeAccess,
  change: UrlChange,
  means: { readonly sleep: (milliseconds: number) => Promise<void>; readonly signal?: AbortSignal },
): Promise<'done' | 'already'> {
  let [writes, settled] = [0, true]
  for (;;) {
    const now = await readFleetUrls(access, means.signal)
    const wanted = changed(now, change)
    if (isSameList(now, wanted)) {
      if (settled) return writes > 0 ? 'done' : 'already'
      settled = true
      await means.sleep(settleMilliseconds)
      continue
    }
    if (writes === mostWrites)
      throw new VoxbridgeError(
        t(
          'VoxBridge at {0} was updated {1} times, and each time another client overwrote the list',
          access.url,
          mostWrites,
        ),
        { remedy: t('find out which other client is writing voxcore_fleet now, then run this again') },
      )
    const body = { voxcore_fleet: wanted }
    await askVoxbridge(access, { method: 'PUT', path: '/api/v1/settings/fleet', body }, means.signal)
    writes += 1
    settled = false
  }
}

const isSameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((url, index) => url === b[index])
