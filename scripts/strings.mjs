// node scripts/strings.mjs: collects every string of vscode.l10n.t into l10n/bundle.l10n.json, which translations start from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isMain, root } from './paths.mjs'

const call = /\bl10n\.t\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g

/** The bundle as it should be: each string of the editor's room under itself, in alphabetical order. */
export function collectStrings() {
  const room = root('src/editor')
  const sources = readdirSync(room, { recursive: true }).filter(name => name.endsWith('.ts'))
  const strings = sources.flatMap(name =>
    [...readFileSync(`${room}/${name}`, 'utf8').matchAll(call)].map(([, literal]) => unquote(literal)),
  )
  return `${JSON.stringify(Object.fromEntries([...new Set(strings)].sort().map(text => [text, text])), null, 2)}\n`
}

function unquote(literal) {
  const inner = literal.slice(1, -1)
  return JSON.parse(`"${literal.startsWith("'") ? inner.replaceAll("\\'", "'").replaceAll('"', '\\"') : inner}"`)
}

if (isMain(import.meta.url)) writeFileSync(root('l10n/bundle.l10n.json'), collectStrings())
