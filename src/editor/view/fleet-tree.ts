import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import { findDrift } from '../../plan/drift'
import { workerStates } from '../../plan/state'
import type { FleetFileList } from '../files/fleet-file-list'
import { type FleetFiles, type FleetReading, nameOf } from '../files/fleet-files'
import type { RenderUpstream } from '../upstream/upstream-text'
import { callsOf, type FleetRow, type FleetView, fleetRows, rowsBeneath, withSpoken } from './fleet-rows'
import type { FleetStatuses } from './fleet-status'

/** What the rows are made from. */
export interface FleetTreeMeans {
  readonly list: FleetFileList
  readonly files: FleetFiles
  readonly statuses: FleetStatuses
  readonly render: RenderUpstream
  readonly log: vscode.LogOutputChannel
}

/** What the Fleet view shows: the rows of every fleet of the window, as fleet.yaml is now and the servers were last seen. */
export class FleetTree implements vscode.Disposable {
  readonly #list: FleetFileList
  readonly #files: FleetFiles
  readonly #statuses: FleetStatuses
  readonly #render: RenderUpstream
  readonly #log: vscode.LogOutputChannel
  readonly #views = new Map<string, FleetView>()
  readonly #changed = new vscode.EventEmitter<void>()
  readonly #summarized = new vscode.EventEmitter<FleetSummary>()
  readonly #subscriptions: vscode.Disposable

  /** The rows have changed. */
  readonly onDidChange = this.#changed.event
  /** The text above the rows has changed. */
  readonly onDidSummarize = this.#summarized.event

  constructor({ list, files, statuses, render, log }: FleetTreeMeans) {
    this.#list = list
    this.#files = files
    this.#statuses = statuses
    this.#render = render
    this.#log = log
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      this.#summarized,
      files.onDidChange(() => this.#changed.fire()),
      statuses.onDidChange(() => this.#changed.fire()),
    )
  }

  /** The rows under a row, or the top-level ones. */
  async children(row?: FleetRow): Promise<readonly FleetRow[]> {
    if (!row) return this.#roots()
    const view = this.#views.get(row.file.toString())
    return view ? rowsBeneath(view, row) : []
  }

  /** Asks the servers of every fleet. Unreachable ones are shown as unreachable. */
  async refresh(): Promise<void> {
    const readings = await this.#readAll()
    await Promise.all(readings.map(({ uri, fleet }) => fleet && this.#refreshOne(uri, fleet)))
  }

  dispose(): void {
    this.#subscriptions.dispose()
  }

  async #refreshOne(file: vscode.Uri, fleet: Fleet): Promise<void> {
    await this.#statuses.refresh(file, fleet).catch((error: unknown) => {
      this.#log.error(`${fleet.name} could not be observed`, error as Error)
    })
  }

  async #readAll(): Promise<readonly FleetReading[]> {
    const files = await this.#list.files()
    const readings = await Promise.all(files.map(file => this.#files.read(file)))
    return readings.filter(reading => reading !== undefined)
  }

  async #roots(): Promise<readonly FleetRow[]> {
    const readings = await this.#readAll()
    const good = readings.filter(reading => reading.lastGood)
    const state = readings.length === 0 ? 'none' : good.length === 0 ? 'errors' : 'fleets'
    // Not awaited: it makes a round trip to the window, and no row waits for it.
    void vscode.commands.executeCommand('setContext', 'fleetOps.view', state)
    if (state !== 'fleets') {
      this.#summarized.fire({})
      return []
    }
    const views = await Promise.all(good.map(({ uri, lastGood }) => this.#view(uri, lastGood as Fleet)))
    for (const view of views) this.#views.set(view.file.toString(), view)
    this.#summarized.fire(summaryOf(readings, views))
    const [only] = views
    if (only && readings.length === 1) return fleetRows(only)
    return readings.map(reading =>
      rootRow(
        reading,
        views.find(view => view.file.toString() === reading.uri.toString()),
      ),
    )
  }

  async #view(file: vscode.Uri, fleet: Fleet): Promise<FleetView> {
    const observed = this.#statuses.of(file)
    if (!observed) return { file, fleet, observed, states: new Map(), drifts: [] }
    const states = workerStates(fleet, observed)
    try {
      const { text } = await this.#render(file, fleet)
      return { file, fleet, observed, states, drifts: findDrift({ fleet, observed, upstreamBlock: text }) }
    } catch (error) {
      this.#log.warn(`What differs from ${nameOf(file)} is not known: ${(error as Error).message}`)
      return { file, fleet, observed, states, drifts: [] }
    }
  }
}

/** The text above the rows: a few words in the title, and a sentence if something is not as it should be. */
export interface FleetSummary {
  readonly description?: string
  readonly message?: string
}

function summaryOf(readings: readonly FleetReading[], views: readonly FleetView[]): FleetSummary {
  const [only] = views
  if (!only || readings.length > 1) return {}
  const calls = callsOf([...only.states.values()])
  const stale = readings[0]?.fleet === undefined
  return {
    description: [only.fleet.name, calls].filter(Boolean).join(' · '),
    ...(stale ? { message: vscode.l10n.t('{0} has errors: this is the last valid fleet.', nameOf(only.file)) } : {}),
  }
}

/** The row of a whole fleet, if there are several. */
function rootRow(reading: FleetReading, view: FleetView | undefined): FleetRow {
  const path = vscode.workspace.asRelativePath(reading.uri)
  const about = { id: reading.uri.toString(), file: reading.uri, path: [], given: {}, tooltip: path } as const
  if (!view) {
    const description = vscode.l10n.t('has errors')
    return withSpoken({
      ...about,
      kind: 'errors',
      label: path,
      description,
      icon: 'error',
      colour: 'charts.red',
      expands: 'none',
    })
  }
  const stale = reading.fleet ? '' : vscode.l10n.t('has errors: this is the last valid fleet')
  const description = [callsOf([...view.states.values()]), path, stale].filter(Boolean).join(' · ')
  return withSpoken({
    ...about,
    kind: 'fleet',
    label: view.fleet.name,
    description,
    icon: 'layers',
    expands: 'expanded',
  })
}
