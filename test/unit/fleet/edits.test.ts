import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { type FleetDocument, parseFleetDocument } from '../../../src/fleet/document'
import {
  addWorkers,
  markWorkerDown,
  removeWorker,
  setMaxConcurrentCalls,
  unmarkWorkerDown,
} from '../../../src/fleet/edits'
import { applyTextEdits, type TextEdit } from '../../../src/fleet/text'

type Edit = (document: FleetDocument) => readonly TextEdit[]

const head = 'name: x\nload_balancer: { server: a }\n'
const add2: Edit = document => addWorkers(document, 'a', 2)
const remove =
  (id: number): Edit =>
  document =>
    removeWorker(document, 'a', id)
const calls =
  (count: number, server?: string): Edit =>
  document =>
    setMaxConcurrentCalls(document, server, count)
const down =
  (id: number, is = true): Edit =>
  document =>
    is ? markWorkerDown(document, 'a', id) : unmarkWorkerDown(document, 'a', id)

const cases: readonly (readonly [string, Edit, string, string])[] = [
  ['a count grows', add2, 'servers:\n  a:\n    workers: 4   # four\n', 'servers:\n  a:\n    workers: 6   # four\n'],
  ['a count in flow style grows', add2, 'servers: { a: { workers: 4 } }\n', 'servers: { a: { workers: 6 } }\n'],
  [
    'a list gets the free numbers',
    add2,
    'servers:\n  a: { workers: [1, 2, 4] }\n',
    'servers:\n  a: { workers: [1, 2, 4, 3, 5] }\n',
  ],
  ['an empty list', add2, 'servers:\n  a: { workers: [] }\n', 'servers:\n  a: { workers: [1, 2] }\n'],
  [
    'a list of lines',
    add2,
    'servers:\n  a:\n    workers:\n      - 1  # one\n      - 3\n    cores: 4\n',
    'servers:\n  a:\n    workers:\n      - 1  # one\n      - 3\n      - 2\n      - 4\n    cores: 4\n',
  ],
  [
    'a count that is not written',
    add2,
    'servers:\n  a:\n    cores: 8  # many\n\n# end\n',
    'servers:\n  a:\n    cores: 8  # many\n    workers: 6\n\n# end\n',
  ],
  [
    'a count that is not written, in flow style',
    add2,
    'servers: { a: { cores: 8 } }\n',
    'servers: { a: { cores: 8, workers: 6 } }\n',
  ],
  ['a server without anything', add2, 'servers:\n  a:\n', 'servers:\n  a:\n    workers: 6\n'],
  [
    'CRLF stays',
    add2,
    'servers:\r\n  a:\r\n    cores: 8\r\n',
    'servers:\r\n  a:\r\n    cores: 8\r\n    workers: 6\r\n',
  ],
  ['the last of a count', remove(4), 'servers: { a: { workers: 4 } }\n', 'servers: { a: { workers: 3 } }\n'],
  [
    'one in the middle of a count',
    remove(2),
    'servers: { a: { workers: 4 } }\n',
    'servers: { a: { workers: [1, 3, 4] } }\n',
  ],
  ['one of a list', remove(2), 'servers: { a: { workers: [1, 2, 4] } }\n', 'servers: { a: { workers: [1, 4] } }\n'],
  [
    'the first of a list',
    remove(1),
    'servers: { a: { workers: [1, 2, 4] } }\n',
    'servers: { a: { workers: [2, 4] } }\n',
  ],
  [
    'one of a list of lines',
    remove(1),
    'servers:\n  a:\n    workers:\n      - 1\n      - 3 # three\n',
    'servers:\n  a:\n    workers:\n      - 3 # three\n',
  ],
  [
    'its options go with it',
    remove(4),
    'servers:\n  a:\n    workers: 4\n    worker_options:\n      3: { weight: 2 }\n      4: { weight: 3 }\n    cores: 4\n',
    'servers:\n  a:\n    workers: 3\n    worker_options:\n      3: { weight: 2 }\n    cores: 4\n',
  ],
  [
    'calls of a server',
    calls(8, 'a'),
    'servers:\n  a:\n    max_concurrent_calls: 5 # five\n',
    'servers:\n  a:\n    max_concurrent_calls: 8 # five\n',
  ],
  [
    'calls of a server that has none',
    calls(8, 'a'),
    'servers: { a: {} }\n',
    'servers: { a: { max_concurrent_calls: 8 } }\n',
  ],
  [
    'calls of all',
    calls(8),
    'service: { port: 8000 }\nservers: { a: { workers: 1 } }\n',
    'service: { port: 8000, max_concurrent_calls: 8 }\nservers: { a: { workers: 1 } }\n',
  ],
  [
    'a worker is marked down',
    down(3),
    'servers:\n  a:\n    workers: 4\n',
    'servers:\n  a:\n    workers: 4\n    worker_options: { 3: { down: true } }\n',
  ],
  [
    'a worker with options is marked down',
    down(3),
    'servers:\n  a:\n    worker_options:\n      3: { weight: 2 }\n',
    'servers:\n  a:\n    worker_options:\n      3: { weight: 2, down: true }\n',
  ],
  [
    'a worker is brought back',
    down(3, false),
    'servers: { a: { worker_options: { 3: { down: true } } } }\n',
    'servers: { a: {} }\n',
  ],
  [
    'a worker is brought back, and what else is said of it stays',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      3: { weight: 2, down: true }  # old\n',
    'servers:\n  a:\n    worker_options:\n      3: { weight: 2 }  # old\n',
  ],
  [
    'a worker is brought back, and another stays down',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      3: { down: true }\n      4: { down: true }\n',
    'servers:\n  a:\n    worker_options:\n      4: { down: true }\n',
  ],
  [
    'a worker is brought back that shares its mark by a merge',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      4: &out { weight: 2, down: true }\n      3: { <<: *out }\n',
    'servers:\n  a:\n    worker_options:\n      4: &out { weight: 2, down: true }\n      3: { <<: *out, down: false }\n',
  ],
  [
    'a worker is brought back, and what somebody wrote of it stays',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      # the old disk\n      3:  # ask before\n        # since Monday\n        down: true\n',
    'servers:\n  a:\n    worker_options:\n      # the old disk\n      3:  # ask before\n        # since Monday\n        down: false\n',
  ],
  [
    'a worker is brought back, and what somebody wrote behind its braces stays',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      3: { down: true }  # the old disk\n',
    'servers:\n  a:\n    worker_options:\n      3: { down: false }  # the old disk\n',
  ],
  [
    'a worker is brought back, and what is said of the mark alone goes with it',
    down(3, false),
    'servers:\n  a:\n    workers: 4\n    # on nginx\n    worker_options:\n      3:\n        down: true  # for an hour\n',
    'servers:\n  a:\n    workers: 4\n    # on nginx\n',
  ],
  [
    'a worker that somebody brought back stays as it is',
    down(3, false),
    'servers:\n  a:\n    worker_options:\n      3: { down: false }  # the old disk\n',
    'servers:\n  a:\n    worker_options:\n      3: { down: false }  # the old disk\n',
  ],
  [
    'a worker that is not down stays as it is',
    down(3, false),
    'servers: { a: { workers: 4 } }\n',
    'servers: { a: { workers: 4 } }\n',
  ],
]

for (const [name, edit, before, after] of cases) {
  test(name, () => {
    const text = head + before
    const edited = applyTextEdits(text, edit(parseFleetDocument(text)))
    assert.equal(edited, head + after)
    assert.notEqual(checkFleet(parseFleetDocument(edited)).fleet, undefined)
  })
}
