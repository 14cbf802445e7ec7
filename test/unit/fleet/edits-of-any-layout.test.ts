import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FleetDocument, parseFleetDocument } from '../../../src/fleet/document'
import {
  addWorkers,
  markWorkerDown,
  removeWorker,
  setMaxConcurrentCalls,
  unmarkWorkerDown,
} from '../../../src/fleet/edits'
import { FleetEditError } from '../../../src/fleet/fleet-edit-error'
import { applyTextEdits, type TextEdit } from '../../../src/fleet/text'

// However people lay a fleet.yaml out, an edit changes what it is about: the values are those that were wanted, every comment is
// still there, and the line ends are those of the file.

interface PlainServer {
  workers?: number | number[]
  max_concurrent_calls?: number
  worker_options?: Record<string, Record<string, unknown>>
  [key: string]: unknown
}
interface PlainFile {
  service?: Record<string, unknown>
  servers: Record<string, PlainServer | null>
  [key: string]: unknown
}

/** An edit, and what it does to the plain values. */
interface Change {
  readonly edit: (document: FleetDocument) => readonly TextEdit[]
  readonly apply: (file: PlainFile, edited: PlainFile, hasComments: boolean) => void
  /** Whether lines may go, and with them their comments. */
  readonly removes?: boolean
}

const serverOf = (file: PlainFile): PlainServer => {
  const server = file.servers.a ?? {}
  file.servers.a = server
  return server
}
const idsOf = ({ workers = 4 }: PlainServer): number[] =>
  typeof workers === 'number' ? Array.from({ length: workers }, (_, index) => index + 1) : workers

const adding = (count: number): Change => ({
  edit: document => addWorkers(document, 'a', count),
  apply: file => {
    const server = serverOf(file)
    const ids = idsOf(server)
    if (!Array.isArray(server.workers)) {
      server.workers = ids.length + count
      return
    }
    const free = Array.from({ length: 100 }, (_, index) => index + 1).filter(id => !ids.includes(id))
    server.workers = [...ids, ...free.slice(0, count)]
  },
})

const removing = (at: number): Change => ({
  removes: true,
  edit: document => {
    const ids = idsOf(serverOf(JSON.parse(JSON.stringify(document.value)) as PlainFile))
    return removeWorker(document, 'a', ids[at % ids.length] ?? 0)
  },
  apply: file => {
    const server = serverOf(file)
    const ids = idsOf(server)
    const id = ids[at % ids.length] ?? 0
    const left = ids.filter(other => other !== id)
    const isCount = !Array.isArray(server.workers) && id === ids.length
    server.workers = isCount ? left.length : left
    if (!server.worker_options || !(id in server.worker_options)) return
    delete server.worker_options[id]
    if (Object.keys(server.worker_options).length === 0) delete server.worker_options
  },
})

const calling = (calls: number, server: 'a' | undefined): Change => ({
  edit: document => setMaxConcurrentCalls(document, server, calls),
  apply: file => {
    if (server) {
      serverOf(file).max_concurrent_calls = calls
      return
    }
    file.service = { ...file.service, max_concurrent_calls: calls }
    for (const other of Object.values(file.servers))
      if (other?.max_concurrent_calls !== undefined) other.max_concurrent_calls = calls
  },
})

/** A server of which nothing is said may be an empty map or nothing at all. */
const withoutNothing = (file: PlainFile): PlainFile => ({
  ...file,
  servers: Object.fromEntries(Object.entries(file.servers).map(([name, server]) => [name, server ?? {}])),
})

/** Without the mark, and without maps that hold nothing else. */
function unmarked(file: PlainFile, id: number): void {
  const { worker_options: options, ...rest } = serverOf(file)
  const { down, ...own } = options?.[id] ?? {}
  if (!options || down === undefined) return
  const { [id]: _, ...others } = options
  const left = Object.keys(own).length > 0 ? { ...options, [id]: own } : others
  file.servers.a = Object.keys(left).length > 0 ? { ...rest, worker_options: left } : rest
}

/** A mark beside which there is a comment may be overruled instead of taken away. */
const marking = (id: number, down: boolean): Change => ({
  edit: document => (down ? markWorkerDown(document, 'a', id) : unmarkWorkerDown(document, 'a', id)),
  apply: (file, edited, hasComments) => {
    const isOverruled =
      hasComments &&
      serverOf(file).worker_options?.[id]?.down !== undefined &&
      serverOf(edited).worker_options?.[id]?.down === false
    if (!down && !isOverruled) {
      unmarked(file, id)
      return
    }
    const server = serverOf(file)
    server.worker_options = { ...server.worker_options, [id]: { ...server.worker_options?.[id], down } }
  },
})

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map(adding),
  fc.nat(9).map(removing),
  fc
    .record({ calls: fc.integer({ min: 1, max: 9 }), server: fc.constantFrom('a' as const, undefined) })
    .map(({ calls, server }) => calling(calls, server)),
  fc.record({ id: fc.integer({ min: 1, max: 5 }), down: fc.boolean() }).map(({ id, down }) => marking(id, down)),
)

const comment = fc.constantFrom('', '', ' # why', '   #')
const value = (...values: string[]) => fc.constantFrom(...values)
const options = value('{ weight: 2 }', '{down: true}', '{ down: false, weight: 1 }', '{}')

/** The keys of server a, each with its value in flow style, or as lines below it. */
const keys: Readonly<Record<string, fc.Arbitrary<string | readonly string[]>>> = {
  host: value('10.0.0.1', '"10.0.0.1"', "'h'"),
  cores: value('4', '8'),
  workers: fc.oneof(
    value('4', '1', '[1, 2, 4]', '[ 2 ]', '[1,3]', '[3, 1, ]', '!!int 4', '&w 3', '[1, &two 2]'),
    value(...['- 1|- 2', '- 2 # two|- 4', '- 7', '-   3|# between|-   1'].map(lines => lines)).map(lines =>
      lines.split('|'),
    ),
  ),
  max_concurrent_calls: value('5', '1'),
  worker_options: fc.oneof(
    fc.tuple(options, options).map(([one, two]) => `{ 1: ${one}, 2: ${two} }`),
    options.map(one => `{ 3: ${one} }`),
    fc.tuple(options, comment, options).map(([one, why, two]) => [`1: ${one}${why}`, `2: ${two}`]),
    fc.tuple(comment, options).map(([why, one]) => [`2:${why}`, '  weight: 2', `4: ${one}`]),
    value('{}'),
  ),
}

const someKeys = fc
  .shuffledSubarray(Object.keys(keys))
  .chain(names =>
    fc.tuple(...names.map(name => fc.record({ name: fc.constant(name), value: keys[name] ?? value(''), comment }))),
  )

const blockServer = someKeys.map(entries =>
  entries.length === 0
    ? ['a:']
    : [
        'a:',
        ...entries.flatMap(({ name, value, comment }) =>
          typeof value === 'string'
            ? [`  ${name}: ${value}${comment}`]
            : [`  ${name}:${comment}`, ...value.map(line => `    ${line}`)],
        ),
      ],
)
const flowServer = fc.record({ entries: someKeys, comment, lines: fc.boolean() }).map(({ entries, comment, lines }) => {
  const flow = entries.map(({ name, value }) => `${name}: ${typeof value === 'string' ? value : '[1, 2]'}`)
  const usable = flow.filter(entry => !/options: \[/.test(entry))
  return lines && usable.length > 0
    ? ['a: {', ...usable.map((entry, index) => `    ${entry}${index < usable.length - 1 ? ',' : ''}${comment}`), '  }']
    : [`a: {${usable.length > 0 ? ` ${usable.join(', ')} ` : ''}}${comment}`]
})
const sharedServer = fc.constantFrom(
  ['a: *base'],
  ['a:', '  <<: *base'],
  ['a:', '  <<: *base', '  cores: 2 # own'],
  ['a: { <<: *base, workers: 3 }'],
  ['a:', '  workers: *few'],
  ['a:', '  <<: *base', '  workers: *list # shared'],
)

interface Layout {
  readonly server: readonly string[]
  readonly service: string
  readonly around: string
  readonly indentation: string
  readonly lineEnd: string
  readonly finalLineEnd: boolean
}

const layout: fc.Arbitrary<Layout> = fc.record({
  server: fc.oneof({ weight: 3, arbitrary: blockServer }, { weight: 2, arbitrary: flowServer }, sharedServer),
  service: fc.constantFrom('', 'service: { port: 9000 }', 'service:\n  port: 9000 # port', 'service:', 'service: {}'),
  around: fc.constantFrom(
    '',
    '\n# end of servers\n',
    'rollout: { batch: 1 } # rollout\n',
    '\n\nrollout:\n  batch: 2\n',
  ),
  indentation: fc.constantFrom('  ', '    ', ' '),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  finalLineEnd: fc.boolean(),
})

function textOf({ server, service, around, indentation, lineEnd, finalLineEnd }: Layout): string {
  const isShared = server.some(line => /\*/.test(line))
  const others = isShared
    ? [
        'base: &base',
        '  cores: 16',
        '  worker_options: { 1: { weight: 3 } }',
        'few: &few 2',
        'list: &list [1, 4]',
      ].join('\n')
    : ''
  const text = [
    'name: x # name',
    ...(others ? [`x-shared:\n${others.replace(/^/gm, '  ')}`] : []),
    ...(service ? [service] : []),
    'load_balancer: { server: a }',
    'servers: # all of them',
    `${indentation}# the first`,
    ...server.map(line => indentation + line),
    `${indentation}b: { max_concurrent_calls: 7 }   # the second`,
    around,
  ].join('\n')
  const ended = finalLineEnd ? text : text.trimEnd()
  return ended.replaceAll('\n', lineEnd)
}

const commentsOf = (text: string) => [...text.matchAll(/#.*?(?=\r?$)/gm)].map(([found]) => found.trimEnd())

/** What one place shares with another may not be possible to change alone; everything else is. */
function refusedOnlyIfShared(text: string, edit: () => readonly TextEdit[]): readonly TextEdit[] | undefined {
  try {
    return edit()
  } catch (error) {
    assert.ok(error instanceof FleetEditError && /[&*]|!!/.test(text), `${error}\n${text}`)
    return undefined
  }
}

test('an edit of any layout changes what it is about, and nothing else', () => {
  fc.assert(
    fc.property(layout, change, (laidOut, { edit, apply, removes = false }) => {
      const before = textOf(laidOut)
      const document = parseFleetDocument(before)
      assert.deepEqual(document.syntax, [], before)
      const edits = refusedOnlyIfShared(before, () => edit(document))
      if (!edits) return
      const after = applyTextEdits(before, edits)
      const edited = parseFleetDocument(after)
      const said = () => `\n--- before\n${before}\n--- after\n${after}\n---`
      assert.deepEqual(edited.syntax, [], said())
      const wanted = JSON.parse(JSON.stringify(document.value)) as PlainFile
      apply(
        wanted,
        JSON.parse(JSON.stringify(edited.value)) as PlainFile,
        laidOut.server.some(line => line.includes('#')),
      )
      assert.deepEqual(withoutNothing(edited.value as PlainFile), withoutNothing(wanted), said())
      if (!removes) assert.deepEqual(commentsOf(after), commentsOf(before), said())
      if (before.includes('\r\n')) assert.doesNotMatch(after, /[^\r]\n/, said())
      else assert.doesNotMatch(after, /\r/, said())
      assert.ok(before.endsWith('\n') || !after.endsWith('\n'), said())
    }),
    { numRuns: 4_000 },
  )
})

test('a mark that is made and taken away leaves every byte as it was', () => {
  fc.assert(
    fc.property(layout, fc.integer({ min: 1, max: 5 }), (laidOut, id) => {
      const before = textOf(laidOut)
      const document = parseFleetDocument(before)
      const { worker_options: options } = serverOf(JSON.parse(JSON.stringify(document.value)) as PlainFile)
      const own = options?.[id]
      // Whose map was empty, nobody can tell from one that the mark made; nor which mark was there.
      const isPlain = own
        ? Object.keys(own).length > 0 && own.down === undefined
        : !options || Object.keys(options).length > 0
      if (!isPlain || /[&*]|!!/.test(before)) return
      const marked = applyTextEdits(before, markWorkerDown(document, 'a', id))
      const after = applyTextEdits(marked, unmarkWorkerDown(parseFleetDocument(marked), 'a', id))
      assert.equal(after, before, marked)
    }),
    { numRuns: 2_000 },
  )
})
