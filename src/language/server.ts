// The language server: LSP on one side, what fleet and nginx know on the other. A process of its own, for any editor.
import {
  type CodeAction,
  type CompletionItem,
  createConnection,
  type DocumentSymbol,
  type Hover,
  type InitializeResult,
  ProposedFeatures,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { type CheckedDocument, CheckedDocuments } from './checked-documents'
import { complete } from './completion'
import { diagnosticOf } from './diagnostics'
import { hover } from './hover'
import { outline } from './outline'
import { quickFixes } from './quick-fixes'

const connection = createConnection(ProposedFeatures.all)
const documents = new TextDocuments(TextDocument)
const checked = new CheckedDocuments()
const client = { snippets: false, related: false }
/** Longer than reading a message takes, and too short for anybody to notice. */
const settleMilliseconds = 5
const scheduled = new Map<string, NodeJS.Timeout>()

connection.onInitialize(({ capabilities }): InitializeResult => {
  const { completion, publishDiagnostics } = capabilities.textDocument ?? {}
  client.snippets = completion?.completionItem?.snippetSupport ?? false
  client.related = publishDiagnostics?.relatedInformation ?? false
  return {
    serverInfo: { name: 'fleet-ops' },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: { triggerCharacters: [' ', ':', '{', ','] },
      hoverProvider: true,
      documentSymbolProvider: true,
      codeActionProvider: { codeActionKinds: ['quickfix'] },
    },
  }
})

// Messages are read one a turn: of several keystrokes that wait to be read, only the newest is checked.
documents.onDidChangeContent(({ document }) => {
  clearTimeout(scheduled.get(document.uri))
  scheduled.set(
    document.uri,
    setTimeout(() => check(document), settleMilliseconds),
  )
})

documents.onDidClose(({ document }) => {
  clearTimeout(scheduled.get(document.uri))
  scheduled.delete(document.uri)
  checked.forget(document.uri)
  void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] })
})

connection.onCompletion((params, token) =>
  answer<CompletionItem[]>(params, token, (found, offset) => complete(found.document, offset, client), []),
)
connection.onHover((params, token) =>
  answer<Hover | null>(params, token, ({ document, fleet }, offset) => hover(document, fleet, offset) ?? null, null),
)
connection.onDocumentSymbol((params, token) =>
  answer<DocumentSymbol[]>(params, token, ({ document, fleet }) => outline(document, fleet), []),
)
connection.onCodeAction((params, token) =>
  answer<CodeAction[]>(
    params,
    token,
    ({ document, findings }) => quickFixes(document, params.textDocument.uri, findings, params.range),
    [],
  ),
)

function check(text: TextDocument): void {
  scheduled.delete(text.uri)
  const { uri, version } = text
  try {
    const found = checked.get(text)
    const diagnostics = found?.findings.map(finding => diagnosticOf(found.document, uri, finding, client)) ?? []
    void connection.sendDiagnostics({ uri, version, diagnostics })
  } catch (error) {
    connection.console.error(`${uri} could not be checked: ${String(error)}`)
  }
}

interface Question {
  readonly textDocument: { readonly uri: string }
  readonly position?: { readonly line: number; readonly character: number }
}

/** Answers with nothing for a file that is not ours, for a question that is out of date, and when the answer fails. */
function answer<Result>(
  { textDocument, position }: Question,
  token: { readonly isCancellationRequested: boolean },
  ask: (found: CheckedDocument, offset: number) => Result,
  nothing: Result,
): Result {
  const text = documents.get(textDocument.uri)
  if (!text || token.isCancellationRequested) return nothing
  try {
    const found = checked.get(text)
    return found ? ask(found, position ? text.offsetAt(position) : 0) : nothing
  } catch (error) {
    connection.console.error(`${textDocument.uri}: ${String(error)}`)
    return nothing
  }
}

documents.listen(connection)
connection.listen()
