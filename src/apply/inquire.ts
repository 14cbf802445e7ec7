import type { Observed } from '../fleet/observed'
import type { Inquiry } from '../plan/operation'
import { lookAtVoxbridge } from '../voxbridge/look'
import { noToken } from './create-step-context'
import type { PrepareFrom } from './session'

/** Asks what an operation needs to know beside what every operation observes, changing nothing. Throws only if `signal` aborts. */
export async function inquire(
  { voxbridge }: Inquiry,
  { voxbridgeToken = noToken, signal }: PrepareFrom,
): Promise<Pick<Observed, 'voxbridge'>> {
  if (!voxbridge) return {}
  const { url, asked } = voxbridge
  return { voxbridge: await lookAtVoxbridge(url, { token: voxbridgeToken, asked, ...(signal ? { signal } : {}) }) }
}
