import { t } from '@vscode/l10n'
import { mendNames } from '../../plan/same-machine'
import { type Check, everyMachine, failed, well } from '../check'

/** It is a different machine from those before it: with two names for one machine, restarts would hit the wrong workers. */
export const machine: Check = {
  name: 'machine',
  stage: 'probe',
  needs: ['authenticate'],
  concerns: everyMachine,
  judge({ probe, sameAs }, { fleet, machine: { name } }) {
    if (!probe) return undefined
    if (sameAs === undefined) return well(t('no other name in fleet.yaml reaches this machine'))
    const remedy = mendNames(fleet, [sameAs, name])
    return failed(
      t('{0} and {1} are one machine', sameAs, name),
      `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`,
    )
  },
}
