import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import { resolveMachine } from '../../remote/resolve'
import { sshArguments } from '../../remote/ssh-arguments'
import type { Session } from '../session'
import type { FleetRow } from '../view/fleet-rows'
import { chooseMachine } from './choose'

/** Opens a terminal in which the system's ssh connects to a server, with fleet.yaml's overrides. */
export async function openSshTerminal(_: Session, _file: vscode.Uri, fleet: Fleet, row?: FleetRow): Promise<void> {
  const machine = await chooseMachine(fleet, row, vscode.l10n.t('Open SSH Terminal'))
  if (!machine) return
  // Refuse arguments that no process may be given before starting one.
  const args = await sshArguments(machine, each => resolveMachine(each, process.env))
  vscode.window
    .createTerminal({
      name: vscode.l10n.t('ssh {0}', machine.name),
      shellPath: 'ssh',
      shellArgs: [...args],
      iconPath: new vscode.ThemeIcon('terminal'),
      isTransient: true,
    })
    .show()
}
