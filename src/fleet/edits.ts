import { isScalar, isSeq, type YAMLSeq } from 'yaml'
import type { FleetDocument } from './document'
import type { FleetFile } from './generated/fleet-file'
import { removeEntry } from './remove-entry'
import { workerIds } from './resolve'
import { columnOf, endOfLine, newlineOf, setValue } from './set-value'
import type { TextEdit } from './text'

// Edits of a valid fleet.yaml that keep its comments and its layout: each changes what it is about, and no other byte.

/** Adds `count` workers to a server: a number grows, a list gets the lowest numbers that are free in it. */
export function addWorkers(document: FleetDocument, server: string, count: number): readonly TextEdit[] {
  const path = ['servers', server, 'workers']
  const written = workersOf(document, server)
  const list = document.nodeAt(path)
  if (!isSeq(list)) return [setValue(document, path, String(workerIds(written).length + count))]
  const taken = new Set(workerIds(written))
  const free: number[] = []
  for (let id = 1; free.length < count; id++) if (!taken.has(id)) free.push(id)
  return [appendItems(document, list, free)]
}

/** Removes a worker from a server: the last of a number makes it smaller, another one makes it a list of those that stay. */
export function removeWorker(document: FleetDocument, server: string, worker: number): readonly TextEdit[] {
  const path = ['servers', server, 'workers']
  const written = workersOf(document, server)
  const left = workerIds(written).filter(id => id !== worker)
  const list = document.nodeAt(path)
  const options = dropOptions(document, server, worker)
  if (isSeq(list)) return [removeItem(document, list, worker), ...options]
  const isCount = left.every((id, index) => id === index + 1)
  return [setValue(document, path, isCount ? String(left.length) : `[${left.join(', ')}]`), ...options]
}

/** Sets the calls that one worker takes, of one server or, without one, of every server that has no number of its own. */
export function setMaxConcurrentCalls(
  document: FleetDocument,
  server: string | undefined,
  calls: number,
): readonly TextEdit[] {
  if (server !== undefined) return [setValue(document, ['servers', server, 'max_concurrent_calls'], String(calls))]
  const { servers = {} } = document.value as Partial<FleetFile>
  const own = Object.entries(servers).filter(([, written]) => written?.max_concurrent_calls !== undefined)
  return [['service', 'max_concurrent_calls'], ...own.map(([name]) => ['servers', name, 'max_concurrent_calls'])].map(
    path => setValue(document, path, String(calls)),
  )
}

/** Marks a worker `down` so that no later reload brings it back, or takes the mark away. */
export function setWorkerDown(
  document: FleetDocument,
  server: string,
  worker: number,
  down: boolean,
): readonly TextEdit[] {
  const path = ['servers', server, 'worker_options', worker, 'down']
  if (down) return [setValue(document, path, 'true')]
  return document.rangeOf(path, 'value') ? [setValue(document, path, 'false')] : []
}

function workersOf(document: FleetDocument, server: string): number | number[] | undefined {
  const { servers = {} } = document.value as Partial<FleetFile>
  return servers[server]?.workers
}

function appendItems(document: FleetDocument, list: YAMLSeq, ids: readonly number[]): TextEdit {
  const last = list.items.at(-1)
  const lastEnd = isScalar(last) ? last.range?.[1] : undefined
  if (lastEnd === undefined) {
    const bracket = (list.range?.[1] ?? 1) - 1
    return { range: { start: bracket, end: bracket }, newText: ids.join(', ') }
  }
  if (list.flow) return { range: { start: lastEnd, end: lastEnd }, newText: ids.map(id => `, ${id}`).join('') }
  const dash = document.text.lastIndexOf('-', isScalar(last) ? last.range?.[0] : lastEnd)
  const lead = `${newlineOf(document.text)}${' '.repeat(columnOf(document.text, dash))}- `
  const lineEnd = endOfLine(document.text, lastEnd)
  return { range: { start: lineEnd, end: lineEnd }, newText: ids.map(id => `${lead}${id}`).join('') }
}

function removeItem({ text }: FleetDocument, list: YAMLSeq, id: number): TextEdit {
  const index = list.items.findIndex(item => isScalar(item) && item.value === id)
  const range = (at: number) => (list.items[at] as { range?: [number, number, number] } | undefined)?.range
  const own = range(index)
  if (!own) throw new RangeError(`worker ${id} is not in the list`)
  if (!list.flow) {
    const start = text.lastIndexOf('\n', own[0] - 1)
    return { range: { start, end: endOfLine(text, own[1]) }, newText: '' }
  }
  const [before, after] = [range(index - 1), range(index + 1)]
  if (before) return { range: { start: before[1], end: own[1] }, newText: '' }
  return { range: { start: own[0], end: after ? after[0] : own[1] }, newText: '' }
}

/** Options of a worker that is gone would be a finding: they go with it, and their key with the last of them. */
function dropOptions(document: FleetDocument, server: string, worker: number): readonly TextEdit[] {
  const { worker_options: written = {} } = (document.value as FleetFile).servers[server] ?? {}
  if (!(worker in written)) return []
  const path = ['servers', server, 'worker_options']
  return [removeEntry(document, Object.keys(written).length === 1 ? path : [...path, worker])]
}
