import { t } from '@vscode/l10n'
import { CompletionItemKind } from 'vscode-languageserver/node'
import { findingCodes } from '../../fleet/finding'
import { type KeySchema, schemaAt } from '../../fleet/schema'
import { canBeSilenced } from '../../fleet/silenced'
import { yamlText } from '../../fleet/yaml-text'
import { keyDocumentation } from '../key-words'
import type { CompletionContext, Suggestion } from './item'
import { snippetText } from './snippet-text'
import { unitSuggestions } from './units'

/** The values that the key or item at the cursor accepts, those known from the file or this machine first. */
export function valueSuggestions(context: CompletionContext): readonly Suggestion[] {
  const { path, style, quoted, hasLines, isPart } = context.cursor
  const schema = schemaAt(path)
  if (!schema || hasLines) return []
  const text = (value: unknown) => (quoted || isPart ? String(value) : yamlText(value, style))
  const suggestions = [
    ...knownValues(context, path),
    ...unitSuggestions(context, schema),
    ...schemaValues(context, schema),
  ]
  const seen = new Set<string>()
  return suggestions
    .map(({ value, ...rest }) => ({ label: text(value), snippet: snippetText(text(value)), ...rest }))
    .filter(({ label }) => !seen.has(label) && seen.add(label))
}

/** A value to suggest; how it is written depends on where. */
export interface SuggestedValue extends Omit<Suggestion, 'label' | 'snippet'> {
  readonly value: unknown
}

type Known = (context: CompletionContext) => readonly SuggestedValue[]

/** The paths whose values come from the file or this machine. `*` matches any one step. */
const known: readonly (readonly [path: string, values: Known])[] = [
  ['load_balancer.server', serverReferences],
  ['load_balancer.host', hosts],
  ['servers.*.host', hosts],
  ['servers.*.address', loopback],
  ['ssh.proxy_jump', jumps],
  ['load_balancer.ssh.proxy_jump', jumps],
  ['servers.*.ssh.proxy_jump', jumps],
  ['load_balancer.template', templates],
]

function knownValues(context: CompletionContext, path: readonly (string | number)[]): readonly SuggestedValue[] {
  const fits = (pattern: string) => {
    const steps = pattern.split('.')
    return steps.length === path.length && steps.every((step, index) => step === '*' || step === path[index])
  }
  return known.find(([pattern]) => fits(pattern))?.[1](context) ?? []
}

function serverReferences({ servers }: CompletionContext): readonly SuggestedValue[] {
  return servers().map(value => ({ value, kind: CompletionItemKind.Reference, detail: t('a server of this file') }))
}

/** A server cannot be reached through itself. */
function jumps(context: CompletionContext): readonly SuggestedValue[] {
  const [top, own] = context.cursor.path
  return [...serverReferences(context), ...hosts(context)].filter(({ value }) => top !== 'servers' || value !== own)
}

function hosts({ surroundings }: CompletionContext): readonly SuggestedValue[] {
  return surroundings.sshHosts().map(({ alias, hostName, file, line }) => ({
    value: alias,
    kind: CompletionItemKind.Reference,
    detail: hostName ?? t('a host of ~/.ssh/config'),
    documentation: t('Line {0} of `{1}`.', line, file),
  }))
}

/** Only the server that nginx runs on is on its loopback; a half typed text may not say yet whether it is this one. */
function loopback({ servers }: CompletionContext): readonly SuggestedValue[] {
  return servers().length > 1
    ? []
    : [{ value: '127.0.0.1', kind: CompletionItemKind.Value, detail: t("nginx's own machine") }]
}

function templates({ surroundings, uri }: CompletionContext): readonly SuggestedValue[] {
  return surroundings
    .filesBeside(uri, '.njk')
    .map(value => ({ value, kind: CompletionItemKind.File, detail: t('beside this file') }))
}

function schemaValues(context: CompletionContext, schema: KeySchema): readonly SuggestedValue[] {
  const types = [schema.type].flat()
  const usual = schema.default === undefined ? [] : [schema.default]
  const values = schema.enum ?? [
    ...usual,
    ...(types.includes('boolean') ? [true, false] : []),
    // The example of a server's name would not exist in the file.
    ...(context.cursor.path.join('.') === 'load_balancer.server' ? [] : (schema.examples ?? [])),
  ]
  const documentation = keyDocumentation(context.cursor.path, true)
  return values
    .filter(value => typeof value !== 'object' || Array.isArray(value))
    .map(value => ({
      value,
      kind: schema.enum ? CompletionItemKind.EnumMember : CompletionItemKind.Value,
      documentation,
      ...(value === schema.default
        ? { detail: t('default') }
        : schema.enum || types.includes('boolean')
          ? {}
          : { detail: t('example') }),
    }))
}

/** The codes of findings, in a comment that silences some. */
export function silencingSuggestions({ text, cursor }: CompletionContext): readonly Suggestion[] {
  const offset = cursor.word.end
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  if (!/#\s*fleet-ops-disable-next-line\s[\sa-z,-]*$/.test(before)) return []
  return findingCodes
    .filter(canBeSilenced)
    .map(code => ({ label: code, kind: CompletionItemKind.Constant, snippet: code }))
}
