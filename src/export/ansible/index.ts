import type { Fleet } from '../../fleet/fleet'
import type { ExportedFile } from '../exported-file'
import { groupVariables } from './group-variables'
import { inventory } from './inventory'
import configuration from './playbooks/ansible.cfg'
import reload from './playbooks/reload.yml'
import rollingRestart from './playbooks/rolling-restart.yml'
import callsBelow from './playbooks/tasks/calls-below.yml'
import notLocked from './playbooks/tasks/not-locked.yml'
import reloadNginx from './playbooks/tasks/reload-nginx.yml'
import serve from './playbooks/tasks/serve.yml'
import upstream from './playbooks/tasks/upstream.yml'
import { upstreamTemplate } from './upstream-template'

/** The playbooks are constant: what a fleet is goes into the inventory, the variables and the upstream's template. */
const playbooks: readonly ExportedFile[] = [
  { path: 'ansible.cfg', text: configuration },
  { path: 'reload.yml', text: reload },
  { path: 'rolling-restart.yml', text: rollingRestart },
  { path: 'tasks/calls-below.yml', text: callsBelow },
  { path: 'tasks/not-locked.yml', text: notLocked },
  { path: 'tasks/reload-nginx.yml', text: reloadNginx },
  { path: 'tasks/serve.yml', text: serve },
  { path: 'tasks/upstream.yml', text: upstream },
]

const header = '# Written by `fleet-ops export ansible`: change fleet.yaml and export again.\n'

/**
 * A fleet as Ansible has it: an inventory in which every worker is a host, variables, and playbooks that reload and restart as the
 * operations of the same names do. `upstreamBlock` is what the fleet renders to.
 */
export function exportAnsible(fleet: Fleet, upstreamBlock: string): readonly ExportedFile[] {
  return [
    { path: 'inventory.yml', text: header + inventory(fleet) },
    { path: 'group_vars/all.yml', text: header + groupVariables(fleet) },
    { path: 'templates/upstream.conf.j2', text: upstreamTemplate(fleet, upstreamBlock) },
    ...playbooks,
  ]
}
