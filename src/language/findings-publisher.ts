import type { PublishDiagnosticsParams, TextDocuments } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { AnswerSources } from './answers'
import { diagnosticOf } from './diagnostics'

/** Sends the client the findings of each open file of ours: for its newest version, once no newer one is waiting to be read. */
export class FindingsPublisher {
  readonly #sources: AnswerSources & { readonly documents: TextDocuments<TextDocument> }
  readonly #send: (params: PublishDiagnosticsParams) => void
  /** The documents that currently have findings in the client. */
  readonly #shown = new Set<string>()

  constructor(sources: AnswerSources, send: (params: PublishDiagnosticsParams) => void) {
    this.#sources = sources
    this.#send = send
  }

  async changed({ uri, version }: { readonly uri: string; readonly version: number }): Promise<void> {
    const { documents, queue, checked, context, logError } = this.#sources
    await queue.empty()
    const open = documents.get(uri)
    if (open?.version !== version) return
    try {
      const found = checked.get(open)
      const { diagnosticVersions } = context().client
      const ofVersion = diagnosticVersions ? { version } : {}
      if (!found) return this.#clear(uri, ofVersion)
      const diagnostics = found.findings.map(finding => diagnosticOf(found, finding, context()))
      this.#shown.add(uri)
      this.#send({ uri, diagnostics, ...ofVersion })
    } catch (error) {
      logError(
        `${uri} could not be checked: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }
  }

  closed(uri: string): void {
    this.#sources.checked.forget(uri)
    this.#clear(uri, {})
  }

  /** Sends nothing for a file that is not ours, unless it was ours until now. */
  #clear(uri: string, ofVersion: { readonly version?: number }): void {
    if (this.#shown.delete(uri)) this.#send({ uri, diagnostics: [], ...ofVersion })
  }
}
