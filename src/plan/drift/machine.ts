import { t } from '@vscode/l10n'
import { listOf } from '../../fleet/words'
import type { Drift } from '../drift'
import type { Situation } from '../operation'
import { mendNames, namedTwice } from '../same-machine'

/** Each machine that fleet.yaml has under several names: a change to one changes the others, and which one is meant is unclear. */
export function machineDrift({ fleet, observed }: Pick<Situation, 'fleet' | 'observed'>): readonly Drift[] {
  return namedTwice(fleet, observed).map(names => {
    const server = fleet.servers.findLast(({ name }) => names.includes(name))?.name
    return {
      ...(server === undefined ? {} : { server }),
      message: t('{0} are one machine: {1}', listOf(names), mendNames(fleet, names)),
    }
  })
}
