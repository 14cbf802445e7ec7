import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type ClientCapabilities,
  CodeActionKind,
  createProtocolConnection,
  DiagnosticTag,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  InsertTextMode,
  IPCMessageReader,
  IPCMessageWriter,
  LogMessageNotification,
  MarkupKind,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'
import { buildProduct } from '../../../esbuild.mjs'

/** What VS Code says of itself, as far as it matters to the server. */
export const everything: ClientCapabilities = {
  textDocument: {
    completion: {
      completionItem: {
        snippetSupport: true,
        insertReplaceSupport: true,
        documentationFormat: [MarkupKind.Markdown],
        insertTextModeSupport: { valueSet: [InsertTextMode.asIs, InsertTextMode.adjustIndentation] },
      },
    },
    hover: { contentFormat: [MarkupKind.Markdown, MarkupKind.PlainText] },
    publishDiagnostics: {
      relatedInformation: true,
      versionSupport: true,
      codeDescriptionSupport: true,
      tagSupport: { valueSet: [DiagnosticTag.Unnecessary] },
    },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [CodeActionKind.QuickFix] } } },
    rename: { prepareSupport: true },
    definition: {},
    references: {},
    documentHighlight: {},
    documentLink: {},
    foldingRange: {},
    selectionRange: {},
    inlayHint: {},
    codeLens: {},
    formatting: {},
    onTypeFormatting: {},
  },
}

export interface EditorOptions {
  readonly capabilities?: ClientCapabilities
  readonly initializationOptions?: unknown
  readonly home?: string
  readonly transport?: '--stdio' | '--node-ipc'
  /** Whether the session begins by itself; if not, `initialize` begins it. */
  readonly initialize?: boolean
  /** As the product is shipped; tests are easier to read without. */
  readonly minify?: boolean
}

/** Servers of one test file do not share a folder: each goes with its own. */
const started = { count: 0 }

/** An editor that speaks LSP to the built server, a process of its own, as editors do. */
export class Editor {
  readonly published: PublishDiagnosticsParams[] = []
  /** What the server logged as an error. */
  readonly errors: string[] = []
  readonly connection: ProtocolConnection
  readonly process: ChildProcess
  initialized!: InitializeResult
  /** What the server was installed in, as an extension is: `dist` and `docs`. */
  readonly folder: string
  readonly #options: EditorOptions
  #opened = 0

  private constructor(folder: string, options: EditorOptions) {
    const { home, transport = '--stdio' } = options
    this.#options = options
    this.folder = folder
    this.process = spawn(process.execPath, [`${folder}/dist/server.js`, transport], {
      stdio: transport === '--stdio' ? ['pipe', 'pipe', 'inherit'] : ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH, HOME: home ?? `${folder}/nobody` },
    })
    const { stdin, stdout } = this.process
    this.connection =
      stdin && stdout
        ? createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin))
        : createProtocolConnection(new IPCMessageReader(this.process), new IPCMessageWriter(this.process))
    this.connection.onNotification(PublishDiagnosticsNotification.type, params => void this.published.push(params))
    this.connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
      if (type === 1) this.errors.push(message)
    })
    this.connection.listen()
  }

  /** Builds the server as the product is built, and starts it. */
  static async start(options: EditorOptions = {}): Promise<Editor> {
    const folder = resolve('out/language-server', `${process.pid}-${++started.count}`)
    mkdirSync(`${folder}/docs`, { recursive: true })
    copyFileSync('docs/findings.md', `${folder}/docs/findings.md`)
    await buildProduct({ only: ['server'], outdir: `${folder}/dist`, minify: options.minify ?? false })
    const editor = new Editor(folder, options)
    if (options.initialize ?? true) await editor.initialize()
    return editor
  }

  async initialize(): Promise<void> {
    this.initialized = await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: this.#options.capabilities ?? everything,
      initializationOptions: this.#options.initializationOptions ?? { commands: true },
    })
    await this.connection.sendNotification(InitializedNotification.type, {})
  }

  /** Ends the server as editors do. Its exit code. */
  async stop(): Promise<number> {
    const ended = once(this.process, 'exit')
    await this.connection.sendRequest(ShutdownRequest.type)
    await this.connection.sendNotification(ExitNotification.type)
    const [code] = await ended
    this.connection.dispose()
    rmSync(this.folder, { recursive: true, force: true })
    return code
  }

  /** Opens a text under a name, in a folder of its own unless one is given. */
  async open(text: string, name = 'fleet.yaml', folder?: string): Promise<string> {
    this.#opened += 1
    const uri = folder ? pathToFileURL(`${folder}/${name}`).href : `file:///test/${this.#opened}/${name}`
    await this.openAs(uri, text)
    return uri
  }

  async openAs(uri: string, text: string, languageId = 'fleet-yaml'): Promise<void> {
    const textDocument = { uri, languageId, version: 1, text }
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument })
  }

  /** Opens a text with `|` where the cursor is; of several, the first. */
  async openAt(marked: string, name?: string, folder?: string) {
    const { text, position } = cursorIn(marked)
    return { textDocument: { uri: await this.open(text, name, folder) }, position }
  }

  async change(uri: string, version: number, text: string): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    })
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } })
  }

  /** What the server says of a version of a document, or of a later one. */
  async diagnosticsOf(uri: string, version = 1): Promise<PublishDiagnosticsParams> {
    for (let tries = 0; tries < 1000; tries++) {
      const found = this.published.findLast(params => params.uri === uri && (params.version ?? version) >= version)
      if (found) return found
      await new Promise(wait => setTimeout(wait, 10))
    }
    throw new Error(`no diagnostics for version ${version} of ${uri}`)
  }
}

/** A text without the `|` in it, and where that was. */
export function cursorIn(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf('|')
  if (offset < 0) throw new Error(`no cursor in ${JSON.stringify(marked)}`)
  const lines = marked.slice(0, offset).split('\n')
  return {
    text: marked.slice(0, offset) + marked.slice(offset + 1),
    position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
  }
}
