import * as vscode from 'vscode'
import { loadFleet } from '../apply/session'
import { upstreamBlock } from '../apply/upstream-block'
import { exportAnsible } from '../export/ansible'
import { writeExport } from '../export/write-export'
import { listOf } from '../fleet/words'
import type { Session } from './session'

/** Writes a fleet as an inventory and playbooks into a folder that the operator picks, and opens its playbook. Asks about edited files. */
export async function exportToAnsible({ files }: Session, file: vscode.Uri): Promise<void> {
  const folder = await pickFolder(file)
  if (!folder) return
  const text = (await files.read(file))?.text
  if (text === undefined) return
  const { fleet } = loadFleet(file.fsPath, text)
  const exported = exportAnsible(fleet, await upstreamBlock(fleet, file.fsPath))
  const edited = await writeExport(folder.fsPath, exported, { force: false })
  if (edited.length > 0) {
    if (!(await mayReplace(edited, folder))) return
    await writeExport(folder.fsPath, exported, { force: true })
  }
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'rolling-restart.yml'))
}

async function pickFolder(file: vscode.Uri): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Folder for the inventory and the playbooks'),
    openLabel: vscode.l10n.t('Export Here'),
    defaultUri: vscode.Uri.joinPath(file, '..'),
    canSelectFiles: false,
    canSelectFolders: true,
  })
  return picked?.[0]
}

async function mayReplace(edited: readonly string[], folder: vscode.Uri): Promise<boolean> {
  const replace = vscode.l10n.t('Replace')
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Overwrite the edited files in {0}?', vscode.workspace.asRelativePath(folder)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Changed since the last export: {0}. Nothing is written unless these are replaced.',
        listOf(edited),
      ),
    },
    replace,
  )
  return answer === replace
}
