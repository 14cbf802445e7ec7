// The language server: LSP on one side, src/fleet and src/nginx on the other. A separate process, for any editor.
import {
  createConnection,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { type AnswerSources, answering, type SessionPhase } from './answers'
import { CheckedDocuments } from './checked-documents'
import { type ClientSupport, clientSupport } from './client-support'
import { features } from './features'
import { FindingsPublisher } from './findings-publisher'
import { MessageQueue } from './message-queue'
import { thisMachine } from './this-machine'
import { useTranslations } from './translations'

const queue = new MessageQueue()
const connection = createConnection({ messageStrategy: queue })
const documents = new TextDocuments(TextDocument)
const session: { client: ClientSupport; phase: SessionPhase } = {
  phase: 'starting',
  client: clientSupport({ processId: null, rootUri: null, capabilities: {} }),
}
const sources: AnswerSources = {
  documents,
  checked: new CheckedDocuments(),
  queue,
  phase: () => session.phase,
  context: () => ({ client: session.client, surroundings: thisMachine }),
  logError: message => connection.console.error(message),
}
const publisher = new FindingsPublisher(sources, params => void connection.sendDiagnostics(params))

connection.onInitialize(params => {
  useTranslations(params, sources.logError)
  session.client = clientSupport(params)
  session.phase = 'open'
  const offers = features.map(({ offer }): ServerCapabilities | undefined => offer(session.client))
  return {
    serverInfo: { name: 'fleet-ops' },
    capabilities: Object.assign({ textDocumentSync: TextDocumentSyncKind.Incremental }, ...offers),
  }
})

connection.onShutdown(() => {
  session.phase = 'closed'
})

documents.onDidChangeContent(({ document }) => void publisher.changed(document))
documents.onDidClose(({ document }) => publisher.closed(document.uri))
for (const feature of features) connection.onRequest(feature.request, answering(feature, sources))

// Whatever is wrong with one message, the next one is still answered.
process.on('uncaughtException', error => sources.logError(String(error.stack ?? error)))

documents.listen(connection)
connection.listen()
