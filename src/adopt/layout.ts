import type { Endpoint } from '../fleet/fleet'
import type { FoundHost, SurveyedUnit } from './survey'

/** How the workers of a fleet are reached on their servers: worker N on `base + N`, or on the socket with N for `%i`. */
export type Layout =
  | { readonly kind: 'port'; readonly base: number }
  | { readonly kind: 'socket'; readonly pattern: string }

/** A worker as a host has it. */
export interface FoundWorker {
  readonly id: number
  readonly runs: boolean
  readonly enabled: boolean
  /** What it listens on; undefined if it does not run or that could not be seen. */
  readonly endpoint?: Endpoint
  /** It listens where its number says it should, or does not run. */
  readonly fits: boolean
}

export const isRunning = ({ activeState }: SurveyedUnit): boolean =>
  ['active', 'activating', 'deactivating', 'reloading'].includes(activeState)

/** Where worker `id` listens. */
export function endpointAt(layout: Layout, id: number): Endpoint {
  if (layout.kind === 'port') return { kind: 'port', port: layout.base + id }
  return { kind: 'socket', path: layout.pattern.replaceAll('%i', String(id)) }
}

export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.kind === 'port' ? b.kind === 'port' && a.port === b.port : b.kind === 'socket' && a.path === b.path

/**
 * How most instances of a template listen, of those that answer as workers, and where none does of all that listen. Undefined if
 * nothing is known about any.
 */
export function layoutOf(hosts: readonly FoundHost[], template: string): Layout | undefined {
  const answering = hosts.flatMap(({ answers }) =>
    answers
      .filter(answer => answer.template === template && answer.health.kind === 'ok')
      .map(({ id, endpoint }) => ({ id, endpoint })),
  )
  const listening = hosts.flatMap(({ survey }) =>
    survey.units
      .filter(unit => unit.template === template)
      .flatMap(({ id, listens }) => listens.map(endpoint => ({ id, endpoint }))),
  )
  const layouts = (answering.length > 0 ? answering : listening).flatMap(({ id, endpoint }) => layoutsOf(id, endpoint))
  const counts = new Map<string, { layout: Layout; count: number }>()
  for (const layout of layouts) {
    const key = JSON.stringify(layout)
    counts.set(key, { layout, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count)[0]?.layout
}

/** What the endpoint of one worker may mean for all: its number may occur in a path more than once, and by chance. */
function layoutsOf(id: number, endpoint: Endpoint): readonly Layout[] {
  if (endpoint.kind === 'port') return endpoint.port >= id ? [{ kind: 'port', base: endpoint.port - id }] : []
  const parts = endpoint.path.split(new RegExp(`(?<!\\d)${id}(?!\\d)`))
  if (parts.length === 1) return []
  const all = { kind: 'socket', pattern: parts.join('%i') } as const
  if (parts.length === 2) return [all]
  const each = parts.slice(1).map((_, place) => ({
    kind: 'socket' as const,
    // The last occurrence is the likeliest, so it comes first.
    pattern: parts.reduce((path, part, at) => `${path}${at === parts.length - 1 - place ? '%i' : id}${part}`),
  }))
  return [...each, all]
}

/** The workers of one host, by id: instances that run or would at boot. */
export function workersOf(host: FoundHost, template: string, layout: Layout | undefined): readonly FoundWorker[] {
  return host.survey.units
    .filter(unit => unit.template === template && (isRunning(unit) || unit.unitFileState === 'enabled'))
    .map(unit => workerOf(host, unit, layout))
    .toSorted((a, b) => a.id - b.id)
}

function workerOf(host: FoundHost, unit: SurveyedUnit, layout: Layout | undefined): FoundWorker {
  const { id, template, listens } = unit
  const expected = layout && endpointAt(layout, id)
  const answering = host.answers.find(
    answer => answer.template === template && answer.id === id && answer.health.kind === 'ok',
  )?.endpoint
  const asExpected = expected && listens.find(endpoint => sameEndpoint(endpoint, expected))
  const endpoint = asExpected ?? answering ?? listens[0]
  return {
    id,
    runs: isRunning(unit),
    enabled: unit.unitFileState === 'enabled',
    fits: endpoint === undefined || asExpected !== undefined,
    ...(endpoint === undefined ? {} : { endpoint }),
  }
}
