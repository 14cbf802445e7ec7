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
      return failed('systemd does not run there', 'Workers are units of systemd: use a server that runs it.')
    const instances = (server?.workers ?? []).map(worker => ({ ...worker, found: probe.units.get(worker.id) }))
    // An instance may have a unit file of its own, without a template.
    const known = instances.some(({ found }) => found?.loadState === 'loaded')
    if (examined.template === 'missing' && !known)
      return failed(
        `there is no unit ${template}`,
        `Install ${template} in /etc/systemd/system and run systemctl daemon-reload; if the unit has another name there, set "unit" under "service" in fleet.yaml.`,
      )
    const unloaded = instances.find(({ found }) => found && found.loadState !== 'loaded')
    if (unloaded?.found) return failed(...unloadedWords(unloaded.unit, unloaded.found))
    if (examined.template === 'masked')
      return failed(`${template} is masked`, `Run systemctl unmask ${template} if it is to run again.`)
    return well(`${known && examined.template === 'missing' ? `${unit}1.service` : template} is installed`)
  },
}

function unloadedWords(unit: string, { loadState }: Pick<ObservedWorker, 'loadState'>): [string, string] {
  if (loadState === 'masked') return [`${unit} is masked`, `Run systemctl unmask ${unit} if it is to run again.`]
  if (loadState === 'not-found')
    return [`there is no unit ${unit}`, 'Install its unit file, and run systemctl daemon-reload.']
  return [
    `${unit} cannot be loaded (${loadState})`,
    `Read what systemctl status ${unit} says, mend the unit file, and run systemctl daemon-reload.`,
  ]
}
