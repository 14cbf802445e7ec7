import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { config } from '@vscode/l10n'
import { findDrift } from '../../../src/plan/drift'
import type { OperationArguments } from '../../../src/plan/operation'
import { operations } from '../../../src/plan/operations'
import { planSummary } from '../../../src/plan/plan-summary'
import { workerStates } from '../../../src/plan/state'
import { pseudoTranslation, untranslated } from '../pseudo-translation'
import { planText } from './plain-plan'
import {
  busy,
  type Differences,
  disabled,
  dying,
  failed,
  fixture,
  hung,
  planOf,
  situationOf,
  stopped,
} from './situation'

before(() => config({ contents: pseudoTranslation() }))
after(() => config({ contents: {} }))

for (const { name, title, inputs } of operations) {
  test(`${name}: its title, and what it asks for, are translated`, () => {
    assert.deepEqual([title(), ...inputs.map(({ prompt }) => prompt())].filter(untranslated), [])
  })
}

const yaml = fixture('two-servers.fleet.yaml')
const live = fixture('two-servers.conf')

const given: Readonly<Record<string, OperationArguments>> = {
  'add-worker': { server: 'core-1', count: 2 },
  'remove-worker': { server: 'core-1' },
  'set-calls': { calls: 4 },
  restart: { server: 'core-1', worker: 1 },
  drain: { server: 'core-1' },
  undrain: { server: 'core-1' },
  'add-server': { server: 'core-9' },
  'remove-server': { server: 'core-2' },
}

/** Each a way in which servers differ from the file. */
const situations: Readonly<Record<string, readonly [live: string | undefined, Differences]>> = {
  'as the file says': [live, {}],
  'calls everywhere': [live, { workers: { 'core-1/1': busy(5), 'core-1/2': busy(5), 'core-2/1': busy(4) } }],
  'workers in trouble': [
    live,
    {
      workers: {
        'core-1/1': stopped,
        'core-1/2': failed,
        'core-1/3': dying,
        'core-1/4': hung,
        'core-2/1': disabled,
        'core-2/2': { loadState: 'masked' },
        'core-2/3': { loadState: 'not-found' },
        'core-2/9': {},
      },
    },
  ],
  'no file of nginx': [undefined, {}],
  'another file of nginx': [live.replace(/server .*8001.*\n/, ''), {}],
  'marked down by hand': [live.replace(/8002;/, '8002 down;'), {}],
  'servers that cannot be reached': [live, { unreachable: ['core-2'] }],
  'a load balancer that cannot be reached': [live, { loadBalancerUnreachable: true }],
  'nginx does not run': [live, { loadBalancer: { nginxActive: false } }],
  'variables of another fleet': [
    live,
    { servers: { 'core-1': { environment: { exists: true, maxCalls: '9', workers: '1 # one', setsPort: true } } } },
  ],
}

for (const [what, [file, differences]] of Object.entries(situations)) {
  test(`${what}: drift, states and plans are translated, with why they are refused and what to do`, () => {
    const situation = situationOf(yaml, file, differences)
    const said = [
      ...findDrift(situation).map(({ message }) => message),
      ...[...workerStates(situation.fleet, situation.observed).values()].map(({ reason }) => reason),
      ...operations.flatMap(operation => {
        const plan = planOf(operation, given[operation.name] ?? {}, yaml, file, differences)
        return [
          plan.title,
          ...plan.steps.map(({ title }) => title),
          ...plan.warnings,
          ...plan.questions,
          ...plan.refusals.flatMap(({ message, remedy }) => [message, remedy]),
          ...(plan.found ?? []),
          ...(plan.leftForYou ?? []),
          planSummary(plan).detail,
        ]
      }),
    ]
    // What a server answered is in the words that it was observed in.
    const own = said.filter(
      text => text !== undefined && !/^(connection timed out|check the cable|no answer within 5 s)$/.test(text),
    )
    assert.deepEqual(
      [...new Set(own)].filter(text => untranslated(text ?? '') !== ''),
      [],
    )
  })
}

test('a plan as it is shown has its headings translated', () => {
  const plan = planOf(operations[0] ?? assert.fail(), {}, yaml, undefined)
  const [, ...lines] = planText(plan, yaml)
    .split('\n')
    .filter(line => !/^ {8}/.test(line))
  assert.deepEqual(
    lines.filter(line => untranslated(line.replace(/^ +\d+ +\S+/, '')) !== ''),
    [],
  )
})
