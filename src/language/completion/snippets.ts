import { t } from '@vscode/l10n'
import { CompletionItemKind } from 'vscode-languageserver/node'
import { schemaAt } from '../../fleet/schema'
import type { CompletionContext, Suggestion } from './item'

const onPorts = `name: \${1:production}
load_balancer:
  server: \${2:core-1}
servers:
  \${2:core-1}:
    host: \${3:203.0.113.10}
    address: 127.0.0.1
    cores: \${4:4}
    workers: \${5:4}
$0`

/** The other kind of fleet: one call a worker, on unix sockets, commonly 16 on 8 GB. */
const onSockets = `name: \${1:production}
service:
  socket: /tmp/voxcore_%i.sock
  max_concurrent_calls: 1
load_balancer:
  server: \${2:core-1}
  zone: 64k
  max_conns: 1
  fail_timeout: 10s
servers:
  \${2:core-1}:
    host: \${3:203.0.113.10}
    workers: \${4:16}
$0`

/** A whole fleet.yaml, for a file that has no keys yet. */
export function wholeFileSnippets({ cursor }: CompletionContext): readonly Suggestion[] {
  if (cursor.path.length > 0 || cursor.present.size > 0 || cursor.style === 'flow') return []
  return [
    wholeFile('fleet', t('Workers on ports, several calls each.'), onPorts),
    wholeFile('fleet on unix sockets', t('Workers on unix sockets, one call each.'), onSockets),
  ]
}

function wholeFile(label: string, means: string, snippet: string): Suggestion {
  const plain = snippet.replace(/\$\{\d:([^}]*)\}|\$\d/g, '$1').trimEnd()
  return {
    label,
    kind: CompletionItemKind.Snippet,
    detail: t('a whole fleet.yaml'),
    documentation: `${means}\n\n\`\`\`yaml\n${plain}\n\`\`\``,
    snippet,
  }
}

/** One more server, under the next name. */
export function serverSnippet({ cursor, servers }: CompletionContext): readonly Suggestion[] {
  if (cursor.path.length !== 1 || cursor.path[0] !== 'servers') return []
  const name = nextName(servers())
  const keys = ['host: $2', `cores: \${3:4}`, `workers: \${4:4}`]
  const line = `\n${' '.repeat(cursor.indentation + 2)}`
  const body = cursor.style === 'flow' ? ` { ${keys.join(', ')} }` : `${line}${keys.join(line)}`
  return [
    {
      label: name,
      kind: CompletionItemKind.Snippet,
      detail: t('a server'),
      documentation: t(schemaAt(['servers', name])?.markdownDescription ?? ''),
      snippet: `\${1:${name}}:${body}`,
    },
  ]
}

/** The name after the last: `core-3` after `core-2`, and the first that is free. */
function nextName(names: readonly string[]): string {
  const [, stem = 'core-', number = '0'] = /^(.*?)(\d+)$/.exec(names.at(-1) ?? '') ?? []
  for (let next = Number(number) + 1; ; next++) {
    const name = `${stem}${String(next).padStart(number.length, '0')}`
    if (!names.includes(name)) return name
  }
}

/** The workers of a server that have no options of their own yet. */
export function workerNumbers({ cursor, workersOf }: CompletionContext): readonly Suggestion[] {
  if (cursor.path[0] !== 'servers' || cursor.path[2] !== 'worker_options' || cursor.path.length !== 3) return []
  const line = `\n${' '.repeat(cursor.indentation + 2)}$1`
  return workersOf(String(cursor.path[1]))
    .filter(number => !cursor.present.has(String(number)))
    .map(number => ({
      label: String(number),
      kind: CompletionItemKind.Property,
      detail: t('worker {0}', number),
      documentation: t(schemaAt([...cursor.path, String(number)])?.markdownDescription ?? ''),
      snippet: cursor.style === 'flow' ? `${number}: { $1 }` : `${number}:${line}`,
      goesOn: true,
    }))
}
