import * as vscode from 'vscode'
import type { Fleet } from '../fleet/fleet'
import type { Operation } from '../plan/operation'
import { operations } from '../plan/operations'
import { adoptServers } from './adopt/adopt-servers'
import { openDemoFolder } from './demo-folder'
import { exportToAnsible } from './export-ansible'
import { chooseFleetFile, isRow } from './files/fleet-choice'
import { nameOf } from './files/fleet-files'
import { createFleetFile } from './files/new-fleet-file'
import { revealRow } from './files/reveal'
import { commandOf } from './operation-command'
import { askNewServer } from './runs/new-server'
import { type Asked, askInputs } from './runs/operation-inputs'
import { checkConnections } from './servers/check-connections'
import { openSshTerminal } from './servers/open-ssh-terminal'
import { showLogs } from './servers/show-logs'
import type { Session } from './session'
import type { FleetRow } from './view/fleet-rows'

/** What a command does. `about` is what it was invoked on: a row of the Fleet view, a file, or nothing. */
export type Command = (session: Session, about?: unknown) => Promise<unknown>

/** Every command of package.json, and what it does. */
export const commandTable: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(operations.map(operation => [commandOf(operation), runOperation(operation)])),
  'fleetOps.previewUpstream': onFile((session, file) => session.preview.show(file)),
  'fleetOps.compareUpstream': onFile((session, file) => session.comparison.show(file)),
  'fleetOps.refresh': refresh,
  'fleetOps.mend': mend,
  'fleetOps.checkConnections': onFleet(checkConnections),
  'fleetOps.openSshTerminal': onFleet(openSshTerminal),
  'fleetOps.showLogs': onFleet(showLogs),
  'fleetOps.revealLine': (session, about) => (isRow(about) ? revealRow(session.files, about) : Promise.resolve()),
  'fleetOps.showRuns': ({ history }) => history.pick(),
  'fleetOps.showTerminal': async ({ runs }) => runs.show(),
  'fleetOps.showLog': async ({ log }) => log.show(),
  'fleetOps.forgetPassphrases': ({ passphrases }) => passphrases.forgetAll(),
  'fleetOps.forgetVoxbridgeToken': ({ voxbridgeTokens }) => voxbridgeTokens.forget(),
  'fleetOps.tryDemo': ({ storage }) => openDemoFolder(storage),
  'fleetOps.newFleetFile': () => createFleetFile(),
  'fleetOps.adopt': session => adoptServers(session),
  'fleetOps.exportAnsible': onFile(exportToAnsible),
}

function onFile(act: (session: Session, file: vscode.Uri) => Promise<unknown>): Command {
  return async (session, about) => {
    const file = await chooseFleetFile(session, about)
    if (file) await act(session, file)
  }
}

/** For commands that look at a fleet's servers: the fleet without errors, and the row that the command was invoked on. */
function onFleet(act: (session: Session, file: vscode.Uri, fleet: Fleet, row?: FleetRow) => Promise<unknown>): Command {
  return async (session, about) => {
    const file = await chooseFleetFile(session, about)
    if (!file) return
    const fleet = (await session.files.read(file))?.fleet
    if (!fleet) return sayHasErrors(file)
    session.prompts.askAgain()
    await act(session, file, fleet, isRow(about) ? about : undefined)
  }
}

/** Asks for what the operation needs and starts a run of it. */
function runOperation(operation: Operation): Command {
  return async (session, about) => {
    const file = await chooseFleetFile(session, about)
    const asked: Asked = isRow(about) ? { on: 'row', given: about.given } : { on: 'fleet', given: {} }
    if (file) await startRun(session, operation, file, asked)
  }
}

async function startRun(session: Session, operation: Operation, file: vscode.Uri, asked: Asked): Promise<void> {
  const fleet = (await session.files.read(file))?.fleet
  if (!fleet) return sayHasErrors(file)
  session.prompts.askAgain()
  const isNewServer = operation.name === 'add-server' && asked.given.server === undefined
  const given = isNewServer ? await askNewServer(fleet) : await askInputs(operation, fleet, asked)
  if (given) session.runs.start({ operation, given, file }, fleet.name)
}

/** Runs the operation that fixes a drift. */
async function mend(session: Session, about?: unknown): Promise<void> {
  const call = isRow(about) ? about.mend : undefined
  const operation = operations.find(({ name }) => name === call?.operation)
  if (!isRow(about) || !call || !operation) {
    throw new Error(vscode.l10n.t('Fleet Ops has no operation that fixes this. It needs manual attention.'))
  }
  await startRun(session, operation, about.file, { on: 'row', given: call.given })
}

async function refresh(session: Session): Promise<void> {
  session.prompts.askAgain()
  await vscode.window.withProgress({ location: { viewId: 'fleetOps.fleet' } }, () => session.tree.refresh())
}

async function sayHasErrors(file: vscode.Uri): Promise<void> {
  const show = vscode.l10n.t('Show Problems')
  const message = vscode.l10n.t('{0} has errors. Fix them first.', nameOf(file))
  if ((await vscode.window.showErrorMessage(message, show)) === show) {
    await vscode.commands.executeCommand('workbench.actions.view.problems')
  }
}
