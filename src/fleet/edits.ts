import { t } from '@vscode/l10n'
import { isMap, isSeq } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import { editInTurn } from './edit-in-turn'
import { appendItems, removeItem } from './edit-list'
import { only } from './edit-only'
import { FleetEditError } from './fleet-edit-error'
import type { FleetFile } from './generated/fleet-file'
import { removeEntry } from './remove-entry'
import { workerIds } from './resolve'
import { setValue } from './set-value'
import type { TextEdit } from './text'
import { valueAt } from './value-at'

// Edits of a valid fleet.yaml that keep its comments and its layout: each changes its target, and no other byte. Each throws
// FleetEditError for a layout in which it would change more, such as a value that others share through an alias.

/** Adds `count` workers to a server: a number grows, a list gets the lowest free numbers. */
export function addWorkers(document: FleetDocument, server: string, count: number): readonly TextEdit[] {
  const path = ['servers', server, 'workers']
  const written = workersOf(document, server)
  if (!Array.isArray(written)) return settingOnly(document, path, workerIds(written).length + count)
  const taken = new Set(written)
  const free: number[] = []
  for (let id = 1; free.length < count; id++) if (!taken.has(id)) free.push(id)
  const list = document.nodeAt(path)
  const wanted = [...written, ...free]
  return isSeq(list)
    ? only(document, [appendItems(document, list, free)], [[path, wanted]])
    : settingOnly(document, path, wanted)
}

/** Removes a worker from a server. The last worker of a number lowers it; any other turns it into a list of those that stay. */
export function removeWorker(document: FleetDocument, server: string, worker: number): readonly TextEdit[] {
  const path = ['servers', server, 'workers']
  const written = workersOf(document, server)
  const ids = Array.isArray(written) ? written : workerIds(written)
  const left = ids.filter(id => id !== worker)
  if (left.length === ids.length) throw new FleetEditError(t('{0} has no worker {1} to remove.', server, worker))
  const isCount = !Array.isArray(written) && left.every((id, index) => id === index + 1)
  const wanted = isCount ? left.length : left
  const gone = optionsOf(document, server, worker)
  // Both may end at the same character, where the edits would conflict.
  const edits = editInTurn(document, [
    ...gone.map(options => (now: FleetDocument) => [removeEntry(now, options)]),
    now => {
      const list = now.nodeAt(path)
      return [(isSeq(list) && removeItem(now, list, worker)) || setValue(now, path, yamlOf(wanted))]
    },
  ])
  return only(document, edits, [[path, wanted], ...gone.map(options => [options, undefined] as const)])
}

/** Sets how many calls one worker takes, on one server or, without a server, on every server. */
export function setMaxConcurrentCalls(
  document: FleetDocument,
  server: string | undefined,
  calls: number,
): readonly TextEdit[] {
  if (server !== undefined) return settingOnly(document, ['servers', server, 'max_concurrent_calls'], calls)
  const { servers = {} } = document.value as Partial<FleetFile>
  // A server with a number of its own keeps one, whether it is written there or merged in.
  const paths = [
    ['service', 'max_concurrent_calls'],
    ...Object.keys(servers)
      .filter(name => servers[name]?.max_concurrent_calls !== undefined)
      .map(name => ['servers', name, 'max_concurrent_calls']),
  ]
  return only(
    document,
    paths.map(path => setValue(document, path, String(calls))),
    paths.map(path => [path, calls]),
  )
}

/** Marks a worker `down` so that no later reload brings it back. */
export const markWorkerDown = (document: FleetDocument, server: string, worker: number): readonly TextEdit[] =>
  settingOnly(document, downPath(server, worker), true)

const downPath = (server: string, worker: number) => ['servers', server, 'worker_options', String(worker), 'down']

/**
 * Removes what `markWorkerDown` wrote: the mark, and the maps that hold nothing else. A mark shared with others through a merge is
 * overridden instead, and so is one with a comment beside it.
 */
export function unmarkWorkerDown(document: FleetDocument, server: string, worker: number): readonly TextEdit[] {
  const { servers = {} } = document.value as Partial<FleetFile>
  const path = downPath(server, worker)
  const marked = servers[server]?.worker_options?.[worker]?.down
  if (marked === undefined) return []
  try {
    const edits = unmark(document, path)
    if (!edits.some(edit => losesComment(document, edit))) return edits
  } catch (error) {
    if (!(error instanceof FleetEditError)) throw error
  }
  return marked ? settingOnly(document, path, false) : []
}

/** Whether removal takes more than the mark and the comment on its line. The removed part has no text that could hold a `#`. */
const losesComment = ({ text }: FleetDocument, { range }: TextEdit): boolean =>
  text
    .slice(range.start, range.end)
    .split('\n')
    .some(line => /(^|\s)#/.test(line) && !/^\s*down\s*:/.test(line))

/** Removes a key from a worker's options, along with the maps around it that this leaves empty. */
function unmark(document: FleetDocument, [servers = '', server = '', options = '', ...rest]: DocumentPath) {
  const isAlone = (path: DocumentPath) => Object.keys(valueAt(document.value, path.slice(0, -1)) ?? {}).length === 1
  let path = [servers, server, options, ...rest]
  while (path.length > 3 && isAlone(path)) path = path.slice(0, -1)
  const map = document.nodeAt([servers, server])
  // A server without other keys is an empty map in flow style, and nothing in block style.
  const isEmpty = path.length === 3 && isAlone(path)
  const change = isEmpty
    ? ([[servers, server], isMap(map) && map.flow ? {} : null] as const)
    : ([path, undefined] as const)
  return only(document, [removeEntry(document, path)], [change])
}

function workersOf(document: FleetDocument, server: string): number | readonly number[] | undefined {
  const { servers = {} } = document.value as Partial<FleetFile>
  return servers[server]?.workers
}

/** The path of the options of a removed worker: left behind, they would be a finding, and so would an empty `worker_options`. */
function optionsOf(document: FleetDocument, server: string, worker: number): readonly DocumentPath[] {
  const { worker_options: written = {} } = (document.value as FleetFile).servers[server] ?? {}
  if (!(worker in written)) return []
  const path = ['servers', server, 'worker_options']
  return [Object.keys(written).length === 1 ? path : [...path, String(worker)]]
}

type WrittenValue = number | boolean | readonly number[]

const yamlOf = (value: WrittenValue): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value))

function settingOnly(document: FleetDocument, path: DocumentPath, value: WrittenValue): readonly TextEdit[] {
  return only(document, [setValue(document, path, yamlOf(value))], [[path, value]])
}
