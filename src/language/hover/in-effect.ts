import type { DocumentPath, FleetDocument } from '../../fleet/document'
import { schemaAt } from '../../fleet/schema'
import { valueAt } from '../../fleet/value-at'

/** The effective value of a key, and where it comes from. */
export interface InEffect {
  readonly value: unknown
  /** The place of the value; undefined for a default, and for what follows from the key's meaning. */
  readonly path?: DocumentPath
  /** Where it comes from: this line, another one, the server's name, or the schema. */
  readonly source: 'line' | 'elsewhere' | 'name' | 'default'
}

/**
 * Where a key that is not given gets its value from, nearest first (DESIGN §2). `*` matches any one step, `$2` is
 * the step that the second `*` matched.
 */
const inherits: readonly (readonly [key: string, from: readonly string[]])[] = [
  ['servers.*.max_concurrent_calls', ['service.max_concurrent_calls']],
  ['servers.*.address', ['servers.$1.host']],
  ['servers.*.ssh.*', ['ssh.$2']],
  ['load_balancer.ssh.*', ['ssh.$1']],
  ['servers.*.worker_options.*.max_conns', ['load_balancer.max_conns']],
  ['servers.*.worker_options.*.max_fails', ['load_balancer.max_fails']],
  ['servers.*.worker_options.*.fail_timeout', ['load_balancer.fail_timeout']],
]

/** What applies at a path, given by this file or by default; undefined if nothing does. */
export function inEffect(document: FleetDocument, path: DocumentPath): InEffect | undefined {
  const written = valueAt(document.value, path)
  if (written !== undefined && written !== null) return { value: written, path, source: 'line' }
  return withoutIt(document, path)
}

/** What would apply at a path if the file did not give it there. */
export function withoutIt(document: FleetDocument, path: DocumentPath): InEffect | undefined {
  for (const from of sourcesOf(path)) {
    const value = valueAt(document.value, from)
    if (value !== undefined && value !== null) return { value, path: from, source: 'elsewhere' }
  }
  return byMeaning(document, path) ?? byDefault(document, path)
}

function sourcesOf(path: DocumentPath): readonly DocumentPath[] {
  for (const [key, sources] of inherits) {
    const steps = key.split('.')
    if (steps.length !== path.length || !steps.every((step, index) => step === '*' || step === path[index])) continue
    const stars = path.filter((_, index) => steps[index] === '*')
    return sources.map(source =>
      source.split('.').map(step => (step.startsWith('$') ? (stars[Number(step[1]) - 1] ?? '') : step)),
    )
  }
  return []
}

/** What applies without being a value that the schema could give as a default. */
function byMeaning(document: FleetDocument, path: DocumentPath): InEffect | undefined {
  const [top, name, key] = path
  if (top === 'servers' && path.length === 3) {
    if (key === 'host' || key === 'address') return { value: name, source: 'name' }
    if (key === 'url' && valueAt(document.value, ['load_balancer', 'server']) === name) {
      const from = ['load_balancer', 'public_url']
      const value = valueAt(document.value, from)
      return typeof value === 'string' ? { value, path: from, source: 'elsewhere' } : undefined
    }
  }
  return undefined
}

function byDefault(document: FleetDocument, path: DocumentPath): InEffect | undefined {
  // Workers on sockets have no ports.
  if (path.join('.') === 'service.port' && valueAt(document.value, ['service', 'socket']) !== undefined)
    return undefined
  // What ~/.ssh/config says is unknown here; the defaults there are ssh's.
  if (path.at(-2) === 'ssh' || path[0] === 'ssh') return undefined
  const value = schemaAt(path)?.default
  return value === undefined || typeof value === 'object' ? undefined : { value, source: 'default' }
}
