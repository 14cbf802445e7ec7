import * as vscode from 'vscode'
import type { Session } from '../session'
import { previewScheme } from '../upstream/preview-service'
import type { FleetRow } from '../view/fleet-rows'
import { isFleetDocument } from './fleet-file-names'
import { nameOf } from './fleet-files'
import { isFleetText } from './fleet-text'

/**
 * The fleet file that a command is about: that of the row or editor that it was invoked on, else the one in the active editor,
 * else the only one, else the one that the operator picks. Undefined if there is none, after reporting that, or none was picked.
 */
export async function chooseFleetFile({ list, files }: Session, about: unknown): Promise<vscode.Uri | undefined> {
  if (about instanceof vscode.Uri) return about
  if (isRow(about)) return about.file
  const active = vscode.window.activeTextEditor?.document
  if (active && isFleetDocument(active) && (await isFleetText(active.uri.path, active.getText()))) return active.uri
  if (active?.uri.scheme === previewScheme) return vscode.Uri.parse(active.uri.query)
  const all = await list.files()
  if (all.length === 0) {
    await sayThereIsNone()
    return undefined
  }
  if (all.length === 1) return all[0]
  const items = await Promise.all(
    all.map(async file => {
      const reading = await files.read(file)
      return {
        label: reading?.lastGood?.name ?? nameOf(file),
        description: vscode.workspace.asRelativePath(file),
        file,
      }
    }),
  )
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which fleet?'), matchOnDescription: true }))
    ?.file
}

/** Whether a command was invoked on a row of the Fleet view. */
export const isRow = (about: unknown): about is FleetRow =>
  typeof about === 'object' && about !== null && 'file' in about && 'given' in about

async function sayThereIsNone(): Promise<void> {
  const demo = vscode.l10n.t('Try the Demo Fleet')
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('There is no fleet.yaml in this window.'),
    demo,
  )
  if (answer === demo) await vscode.commands.executeCommand('fleetOps.tryDemo')
}
