import * as vscode from 'vscode'
import { applyPlan } from '../apply/apply-plan'
import { operatorHere } from '../apply/operator'
import { observe } from '../observe/observe'
import type { ClientChoice } from '../remote/client-choice'
import type { Connections } from '../remote/connection'
import type { KnownSecrets } from '../remote/known-secrets'
import type { FleetFileList } from './files/fleet-file-list'
import { FleetFiles } from './files/fleet-files'
import { KeptPassphrasesOfOperator } from './kept-passphrases'
import { disposeMade, lazily } from './lazily'
import { OperatorPrompts } from './prompts'
import { type Confirm, confirmByModal } from './runs/confirm'
import { RunHistory } from './runs/run-history'
import { Runs } from './runs/runs'
import { FollowedLogs } from './servers/followed-logs'
import { UpstreamComparison } from './upstream/upstream-comparison'
import { UpstreamPreview } from './upstream/upstream-preview'
import { renderUpstreamText } from './upstream/upstream-text'
import { FleetStatuses } from './view/fleet-status'
import { FleetTree } from './view/fleet-tree'
import { VoxbridgeTokens } from './voxbridge-token'

/** What this window knows and does about fleets, created on first use. */
export interface Session extends vscode.Disposable {
  readonly list: FleetFileList
  readonly files: FleetFiles
  readonly statuses: FleetStatuses
  readonly tree: FleetTree
  readonly preview: UpstreamPreview
  readonly comparison: UpstreamComparison
  readonly prompts: OperatorPrompts
  readonly passphrases: KeptPassphrasesOfOperator
  readonly history: RunHistory
  readonly runs: Runs
  readonly voxbridgeTokens: VoxbridgeTokens
  readonly followedLogs: FollowedLogs
  /** The secrets that must not appear in anything shown or written. */
  readonly secrets: KnownSecrets
  readonly log: vscode.LogOutputChannel
  /** The connections of this window, available once the folder is trusted and its demo fleets can be reached. */
  readonly connections: () => Promise<Connections>
  /** A folder of the extension's own, for all workspaces. */
  readonly storage: vscode.Uri
}

/** What a session needs from outside. */
export interface SessionMeans {
  readonly context: vscode.ExtensionContext
  readonly log: vscode.LogOutputChannel
  readonly secrets: KnownSecrets
  readonly list: FleetFileList
  /** Resolves when the demo fleets of this window can be reached. */
  readonly demosReady: Promise<void>
  readonly confirm?: Confirm
}

/** Creates the parts of a session and connects them. ssh2 is loaded with the first connection. */
export function createSession(means: SessionMeans): Session {
  const { context, log, secrets, list, demosReady, confirm = confirmByModal } = means
  const passphrases = new KeptPassphrasesOfOperator(context, secrets, log)
  const prompts = new OperatorPrompts(passphrases, secrets)
  const connections = lazily(async (): Promise<Connections> => {
    if (!vscode.workspace.isTrusted)
      throw new Error(vscode.l10n.t('This folder is not trusted: no server is contacted.'))
    const { createConnections } = await import('../remote/connections')
    await demosReady
    const client = () => vscode.workspace.getConfiguration('fleetOps').get<ClientChoice>('ssh.client', 'auto')
    return createConnections({ prompts, client })
  })
  const files = new FleetFiles(list)
  const statuses = new FleetStatuses(context.workspaceState, async (fleet, signal) =>
    observe(fleet, await connections(), { signal }),
  )
  const history = new RunHistory(context.workspaceState, context.storageUri ?? context.globalStorageUri, secrets.hideIn)
  const voxbridgeTokens = new VoxbridgeTokens(context, secrets, log)
  const voxbridgeToken = (url: string) => voxbridgeTokens.of(url)
  const runs = new Runs(
    {
      files,
      statuses,
      connections,
      voxbridgeToken,
      confirm,
      apply: ({ prepared: { plan, fleet, planAgain }, edit }, reached, { cancel, abandon }, onEvent) =>
        applyPlan(plan, {
          fleet,
          edit,
          connections: reached,
          planAgain,
          signal: cancel,
          abandon,
          owner: operatorHere(),
          voxbridgeToken,
          onEvent,
        }),
    },
    { history, secrets, log },
  )
  const tree = new FleetTree({ list, files, statuses, render: renderUpstreamText, log })
  const preview = new UpstreamPreview(files, renderUpstreamText)
  const comparison = new UpstreamComparison(files, statuses, renderUpstreamText)
  const disposables = [runs, tree, preview, comparison, statuses, files]
  return {
    ...{
      list,
      files,
      statuses,
      tree,
      preview,
      comparison,
      prompts,
      passphrases,
      history,
      runs,
      voxbridgeTokens,
      secrets,
      log,
    },
    connections,
    followedLogs: new FollowedLogs(),
    storage: context.globalStorageUri,
    dispose: () => {
      for (const part of disposables) part.dispose()
      disposeMade(connections)
    },
  }
}
