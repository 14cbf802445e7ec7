import * as vscode from 'vscode'
import { lazily } from '../lazily'
import type { Session } from '../session'
import { BackgroundRefresh } from './background-refresh'
import type { FleetRow } from './fleet-rows'

const fleetViewId = 'fleetOps.fleet'

/** Adds the Fleet view to the sidebar. Nothing is read or loaded before it is first visible. */
export function createFleetView(session: () => Promise<Session>, log: vscode.LogOutputChannel): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>()
  const view = vscode.window.createTreeView<FleetRow>(fleetViewId, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: itemOf,
      getChildren: async row => {
        if (!vscode.workspace.isTrusted) return []
        try {
          const { tree } = await attached()
          return [...(await tree.children(row))]
        } catch (error) {
          log.error('The Fleet view could not be filled', error as Error)
          throw error
        }
      },
    },
    showCollapseAll: true,
  })
  const subscriptions: vscode.Disposable[] = [changed, view]
  const attached = lazily(async () => {
    const { tree, runs } = await session()
    const refresh = new BackgroundRefresh(view, () =>
      tree.refresh().catch((error: unknown) => log.error('The fleet could not be looked at', error as Error)),
    )
    subscriptions.push(
      refresh,
      runs.onDidStep(() => refresh.soon()),
      tree.onDidChange(() => changed.fire(undefined)),
      tree.onDidSummarize(({ description, message }) => {
        view.description = description
        view.message = message
      }),
    )
    return { tree }
  })
  subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire(undefined)))
  return { dispose: () => vscode.Disposable.from(...subscriptions).dispose() }
}

const collapsible: Readonly<Record<FleetRow['expands'], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
}

/** How a row looks in the view. */
export function itemOf(row: FleetRow): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsible[row.expands])
  item.id = row.id
  item.description = row.description
  item.tooltip = row.tooltip
  item.contextValue = row.kind
  item.iconPath = new vscode.ThemeIcon(row.icon, row.colour ? new vscode.ThemeColor(row.colour) : undefined)
  item.accessibilityInformation = { label: row.spoken }
  if (row.path) {
    item.command = { command: 'fleetOps.revealLine', title: vscode.l10n.t('Show in fleet.yaml'), arguments: [row] }
  }
  return item
}
