import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { type ApplyError, Cancelled } from '../../../src/apply/apply-error'
import type { StepContext } from '../../../src/apply/step-context'
import { copyTree } from '../../../src/apply/steps/copy-tree'
import type { CopyTreeStep } from '../../../src/plan/plan'
import type { Connection, PipedScript, ScriptResult } from '../../../src/remote/connection'
import { stage } from './stage'

const secret = 'API_KEY=never-print-me\n'
const step: CopyTreeStep = {
  kind: 'copy-tree',
  server: 'new',
  title: 'Copy',
  from: 'old',
  tree: 'file',
  source: '/opt/voxcore/.env',
  path: '/opt/voxcore/.env',
  install: false,
}

/** How the two sides of a copy behave. */
interface Sides {
  readonly sends?: Partial<ScriptResult>
  readonly takes?: Partial<ScriptResult>
  /** The connection to the sender breaks in the middle. */
  readonly breaks?: boolean
  readonly onSend?: (cancel: AbortController) => void
}

async function copied({ sends, takes, breaks, onSend }: Sides) {
  const cancel = new AbortController()
  const ran: string[] = []
  const arrived: string[] = []
  const result = (given: Partial<ScriptResult> = {}): ScriptResult => ({
    exitCode: 0,
    stdout: '',
    stderr: '',
    ...given,
  })
  const piped = (machine: string): PipedScript => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    for (const stream of [input, output]) stream.on('error', () => {})
    if (machine === 'new') {
      output.end()
      const taken = text(input).then(all => {
        arrived.push(all)
        return result(takes)
      })
      taken.catch(() => {})
      return { input, output, result: taken }
    }
    input.resume()
    output.write(secret)
    onSend?.(cancel)
    if (!breaks) output.end()
    else setImmediate(() => output.destroy(new Error('the connection was lost')))
    const given = breaks ? Promise.reject(new Error('the connection was lost')) : Promise.resolve(result(sends))
    given.catch(() => {})
    return { input, output, result: given }
  }
  const base = stage({})
  const context: StepContext = {
    ...base,
    fleet: { name: 'fleet' } as StepContext['fleet'],
    cancel: cancel.signal,
    to: async machine =>
      ({
        pipe: async (script: string) => {
          ran.push(`${script} on ${machine}`)
          return piped(machine)
        },
        run: async (script: string) => {
          ran.push(`${script} on ${machine}`)
          return result({ stdout: 'result=done\n' })
        },
      }) as unknown as Connection,
  }
  const outcome = await copyTree(step, context).catch((error: unknown) => error)
  return { outcome, ran, arrived, said: base.said.join('\n') }
}

test('a whole copy is put in place, and nothing of it is told', async () => {
  const { outcome, ran, arrived, said } = await copied({})
  assert.equal(outcome, 'done')
  assert.deepEqual(ran, ['receive-tree on new', 'send-tree on old', 'place-tree on new'])
  assert.deepEqual(arrived, [secret])
  assert.match(said, /new: \/opt\/voxcore\/\.env: 1 kB in total/)
  assert.ok(!said.includes('never-print-me'))
})

const broken: readonly (readonly [what: string, sides: Sides, server: string | undefined, message: RegExp])[] = [
  [
    'the sender fails',
    { sends: { exitCode: 70, stderr: '/opt/voxcore/.env could not be read whole.\n' } },
    'old',
    /could not be read whole/,
  ],
  [
    'the receiver fails',
    { takes: { exitCode: 70, stderr: 'The copy of /opt/voxcore/.env did not arrive whole.\n' } },
    'new',
    /did not arrive whole/,
  ],
  ['the lock is lost', { takes: { exitCode: 75, stderr: 'The lock is gone.\n' } }, 'new', /lock/],
  ['the connection breaks', { breaks: true }, undefined, /the connection was lost/],
]
for (const [what, sides, server, message] of broken)
  test(`${what}: nothing is put in place, and the side that failed says why`, async () => {
    const { outcome, ran, said } = await copied(sides)
    assert.ok(outcome instanceof Error)
    assert.match(outcome.message, message)
    if (server !== undefined) assert.equal((outcome as ApplyError).server, server)
    assert.ok(!ran.some(script => script.startsWith('place-tree')))
    assert.ok(!`${outcome.message}${said}`.includes('never-print-me'))
  })

test('a cancel ends it, and nothing is put in place', async () => {
  const { outcome, ran } = await copied({ onSend: cancel => cancel.abort() })
  assert.ok(outcome instanceof Cancelled)
  assert.ok(!ran.some(script => script.startsWith('place-tree')))
})
