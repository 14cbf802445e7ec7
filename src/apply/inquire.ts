import type { Fleet } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { seeEquipment } from '../observe/equipment'
import type { Inquiry } from '../plan/operation'
import { lookAtVoxbridge } from '../voxbridge/look'
import { noToken } from './create-step-context'
import type { PrepareFrom } from './session'

/** What an operation has asked in addition to what every operation observes. */
export type Inquired = Pick<Observed, 'voxbridge' | 'equipment'>

/**
 * Asks what an operation needs to know in addition to what every operation observes, changing nothing. `known` was asked a moment
 * ago, and is not asked again. Throws only if `signal` aborts.
 */
export async function inquire(
  fleet: Fleet,
  { voxbridge, equipment }: Inquiry,
  { voxbridgeToken = noToken, connections, signal }: PrepareFrom,
  known: Inquired = {},
): Promise<Inquired> {
  const asked = equipment?.map(async machine => {
    const before = known.equipment?.[machine.name]
    return [machine.name, before ?? (await seeEquipment(fleet, machine, connections, signal))] as const
  })
  const looking =
    voxbridge &&
    (known.voxbridge ??
      lookAtVoxbridge(voxbridge.url, {
        token: voxbridgeToken,
        asked: voxbridge.asked,
        ...(signal ? { signal } : {}),
      }))
  const [seen, found] = await Promise.all([looking, asked && Promise.all(asked)])
  return { ...(seen ? { voxbridge: seen } : {}), ...(found ? { equipment: Object.fromEntries(found) } : {}) }
}
