import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  ConfigurationRequest,
  createProtocolConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node'

/** What other editors check YAML with, given the schema of fleet.yaml and nothing else of ours. */
export interface YamlLanguageServer {
  readonly process: ChildProcess
  readonly connection: ProtocolConnection
  readonly published: PublishDiagnosticsParams[]
  stop(): Promise<void>
}

export async function startYamlLanguageServer(): Promise<YamlLanguageServer> {
  const child = spawn(process.execPath, [resolve('node_modules/.bin/yaml-language-server'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  )
  const published: PublishDiagnosticsParams[] = []
  const schemas = { [pathToFileURL('schemas/fleet.schema.json').href]: ['*.fleet.yaml', 'fleet.yaml'] }
  const settings: Readonly<Record<string, unknown>> = {
    yaml: { validate: true, schemas, schemaStore: { enable: false } },
  }
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section = '' }) => settings[section] ?? {}),
  )
  connection.onRequest(RegistrationRequest.type, () => undefined)
  connection.onNotification(PublishDiagnosticsNotification.type, params => void published.push(params))
  connection.listen()
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { publishDiagnostics: {} },
    },
  })
  await connection.sendNotification(InitializedNotification.type, {})
  return {
    process: child,
    connection,
    published,
    stop: async () => {
      const ended = once(child, 'exit')
      await connection.sendRequest(ShutdownRequest.type)
      await connection.sendNotification(ExitNotification.type)
      await ended
      connection.dispose()
    },
  }
}
