import * as vscode from 'vscode'
import type { ObservedLoadBalancer } from '../../fleet/observed'
import { sentences } from '../../fleet/words'
import { replaceUpstream } from '../../nginx/replace'
import { type FleetFiles, nameOf } from '../files/fleet-files'
import type { FleetStatuses } from '../view/fleet-status'
import { comparisonScheme } from './preview-service'
import type { RenderUpstream } from './upstream-text'

/** The live file of a load balancer beside what fleet.yaml makes of it, in the diff editor. */
export class UpstreamComparison implements vscode.Disposable {
  readonly #files: FleetFiles
  readonly #statuses: FleetStatuses
  readonly #render: RenderUpstream
  readonly #texts = new Map<string, string>()
  readonly #changed = new vscode.EventEmitter<vscode.Uri>()

  /** The text of a side has changed. */
  readonly onDidChange = this.#changed.event

  constructor(files: FleetFiles, statuses: FleetStatuses, render: RenderUpstream) {
    this.#files = files
    this.#statuses = statuses
    this.#render = render
  }

  /** The text of one side. */
  text(side: vscode.Uri): string {
    return this.#texts.get(side.toString()) ?? ''
  }

  /** Reads the live file and shows it on the left, and on the right the file as reload would write it. */
  async show(file: vscode.Uri): Promise<void> {
    const reading = await this.#files.read(file)
    const fleet = reading?.fleet
    if (!fleet) throw new Error(vscode.l10n.t('{0} has errors. Fix them first: see the Problems view.', nameOf(file)))
    const { loadBalancer } = await this.#statuses.refresh(file, fleet)
    const live = liveText(loadBalancer, fleet.loadBalancer.machine.name)
    const { text: block } = await this.#render(file, fleet)
    const { machine, file: path, upstream } = fleet.loadBalancer
    const sides = (['live', 'rendered'] as const).map(side =>
      vscode.Uri.from({ scheme: comparisonScheme, authority: side, path, query: file.toString() }),
    ) as [vscode.Uri, vscode.Uri]
    this.#set(sides[0], live ?? '')
    this.#set(sides[1], replaceUpstream(live, upstream, block))
    const documents = await Promise.all(sides.map(side => vscode.workspace.openTextDocument(side)))
    await Promise.all(documents.map(document => vscode.languages.setTextDocumentLanguage(document, 'nginx')))
    const title = vscode.l10n.t('{0} on {1} ↔ {2}', path.slice(path.lastIndexOf('/') + 1), machine.name, nameOf(file))
    await vscode.commands.executeCommand('vscode.diff', ...sides, title)
  }

  dispose(): void {
    this.#changed.dispose()
  }

  #set(side: vscode.Uri, text: string): void {
    this.#texts.set(side.toString(), text)
    this.#changed.fire(side)
  }
}

/** The file's text, undefined if the file does not exist yet. Throws if the load balancer could not be asked. */
function liveText(loadBalancer: ObservedLoadBalancer, machine: string): string | undefined {
  if (!loadBalancer.reachable) {
    const what = vscode.l10n.t('{0} cannot be reached: {1}', machine, loadBalancer.message)
    throw new Error(sentences(what, loadBalancer.remedy))
  }
  return loadBalancer.file.exists ? loadBalancer.file.text : undefined
}
