// node scripts/strings.mjs: collects every string that people read into l10n/bundle.l10n.json, which translations start from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isMain, root } from './paths.mjs'

/** A call of vscode.l10n.t, or of `t` of @vscode/l10n where there is no editor. */
const call = /\bt\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g

/** What the schema says in words: hover, completion and findings repeat it. */
const wordsOfSchema = ['description', 'markdownDescription', 'patternErrorMessage']

/** The bundle as it should be: each string under itself, in alphabetical order. */
export function collectStrings() {
  const sources = readdirSync(root('src'), { recursive: true }).filter(name => name.endsWith('.ts'))
  const said = sources.flatMap(name =>
    [...readFileSync(root('src', name), 'utf8').matchAll(call)].map(([, literal]) => unquote(literal)),
  )
  const explained = stringsOf(JSON.parse(readFileSync(root('schemas/fleet.schema.json'), 'utf8')))
  const strings = [...new Set([...said, ...explained])].sort()
  return `${JSON.stringify(Object.fromEntries(strings.map(text => [text, text])), null, 2)}\n`
}

function unquote(literal) {
  const inner = literal.slice(1, -1)
  return JSON.parse(`"${literal.startsWith("'") ? inner.replaceAll("\\'", "'").replaceAll('"', '\\"') : inner}"`)
}

function stringsOf(schema) {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    typeof value === 'string' && wordsOfSchema.includes(key) ? [value] : stringsOf(value),
  )
}

if (isMain(import.meta.url)) writeFileSync(root('l10n/bundle.l10n.json'), collectStrings())
