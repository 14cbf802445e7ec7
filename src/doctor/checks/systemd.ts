import { t } from '@vscode/l10n'
import type { ObservedWorker } from '../../fleet/observed'
import { type Check, failed, well } from '../check'

/** systemd runs, knows the template that workers are instances of, and can load each of them. */
export const systemd: Check = {
  name: 'systemd',
  stage: 'probe',
  needs: ['authenticate'],
  concerns: ({ server }) => server !== undefined,
  judge({ examined, probe }, { fleet, server }) {
    if (!examined || !probe) return undefined
    const { unit } = fleet.service
    const template = `${unit}.service`
    if (examined.systemd === 'missing' || examined.systemd === 'offline')
      return failed(t('systemd is not running there'), t('Workers are units of systemd: use a server that runs it.'))
    const instances = (server?.workers ?? []).map(worker => ({ ...worker, found: probe.units.get(worker.id) }))
    // An instance may have a unit file of its own, without a template.
    const known = instances.some(({ found }) => found?.loadState === 'loaded')
    if (examined.template === 'missing' && !known)
      return failed(
        t('unit {0} does not exist', template),
        t(
          'Install {0} in /etc/systemd/system and run systemctl daemon-reload; if the unit has another name there, set "unit" under "service" in fleet.yaml.',
          template,
        ),
      )
    const unloaded = instances.find(({ found }) => found && found.loadState !== 'loaded')
    if (unloaded?.found) return failed(...unloadedWords(unloaded.unit, unloaded.found))
    if (examined.template === 'masked')
      return failed(t('{0} is masked', template), t('Run systemctl unmask {0} if it should run again.', template))
    return well(t('{0} is installed', known && examined.template === 'missing' ? `${unit}1.service` : template))
  },
}

function unloadedWords(unit: string, { loadState }: Pick<ObservedWorker, 'loadState'>): [string, string] {
  if (loadState === 'masked')
    return [t('{0} is masked', unit), t('Run systemctl unmask {0} if it should run again.', unit)]
  if (loadState === 'not-found')
    return [t('unit {0} does not exist', unit), t('Install its unit file, and run systemctl daemon-reload.')]
  return [
    t('{0} cannot be loaded ({1})', unit, loadState),
    t('Run systemctl status {0}, fix the unit file, and run systemctl daemon-reload.', unit),
  ]
}
