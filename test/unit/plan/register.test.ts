import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObservedVoxbridge } from '../../../src/fleet/observed'
import type { OperationArguments } from '../../../src/plan/operation'
import type { Plan } from '../../../src/plan/plan'
import { register } from '../../../src/plan/register'
import { fixture, situationOf } from './situation'
import { toldSteps } from './told'

const yaml = fixture('registered.fleet.yaml')
const [one, two, other] = ['https://core-1.example.com', 'https://core-2.example.com', 'https://other.example.com']

const knows = (urls: readonly string[], unhealthy: Readonly<Record<string, string>> = {}): ObservedVoxbridge => ({
  reachable: true,
  urls,
  unhealthy,
})

function planFor(voxbridge: ObservedVoxbridge, given: OperationArguments = {}, text = yaml): Plan {
  const situation = situationOf(text, undefined)
  return { ...register.plan({ ...situation, observed: { ...situation.observed, voxbridge } }, given), edits: [] }
}

const steps: readonly (readonly [
  what: string,
  seen: ObservedVoxbridge,
  given: OperationArguments,
  steps: readonly string[],
])[] = [
  ['an empty list gets both', knows([]), {}, [`register ${one} ${two}`]],
  ['what is missing is added', knows([other, one]), {}, [`register ${two}`]],
  ['what is spelt otherwise is written again', knows([`${one}/`, two]), {}, [`register ${one}`]],
  ['nothing to do', knows([two, other, one]), {}, []],
  ['one server alone', knows([other]), { server: 'core-2' }, [`register ${two}`]],
]
for (const [what, seen, given, wanted] of steps)
  test(what, () => {
    const plan = planFor(seen, given)
    assert.deepEqual(plan.refusals, [])
    assert.deepEqual(toldSteps(plan), wanted)
  })

const refused: readonly (readonly [what: string, plan: () => Plan, message: RegExp])[] = [
  ['VoxBridge that cannot be asked', () => planFor({ reachable: false, message: 'no token' }), /^no token$/],
  [
    'a new URL that is unhealthy',
    () => planFor(knows([one], { [two]: 'it answers 502' })),
    /core-2.*unhealthy: it answers 502/,
  ],
  ['no voxbridge in the file', () => planFor(knows([]), {}, yaml.replace(/voxbridge:.*/, '')), /names no VoxBridge/],
  [
    'no URL at all',
    () => planFor(knows([]), {}, yaml.replaceAll(/\n +(public_)?url: https:\/\/core.*/g, '')),
    /no URL to register with VoxBridge/,
  ],
  ['a server without a url', () => planFor(knows([]), { server: 'core-3' }), /core-3 has no url/],
]
for (const [what, plan, message] of refused)
  test(`${what} refuses, and plans nothing`, () => {
    const { refusals, steps: planned } = plan()
    assert.match(refusals.map(refusal => refusal.message).join('; '), message)
    assert.deepEqual(planned, [])
  })

test('a known URL that is unhealthy is a warning: it is registered already', () => {
  const plan = planFor(knows([one], { [one]: 'it answers 502' }))
  assert.match(plan.warnings.join(), /core-1.*unhealthy/)
  assert.deepEqual(toldSteps(plan), [`register ${two}`])
})

test('the token over http:// to another machine is a warning', () => {
  assert.match(planFor(knows([]), {}, yaml.replace('https://bridge', 'http://bridge')).warnings.join(), /unencrypted/)
  assert.deepEqual(
    planFor(knows([]), {}, yaml.replace('https://bridge.example.com', 'http://127.0.0.1:8080')).warnings,
    [],
  )
})

test('the URLs that are asked for their health are the fleet’s own', () => {
  const { fleet } = situationOf(yaml, undefined)
  assert.deepEqual(register.inquire?.(fleet, {}), {
    voxbridge: { url: 'https://bridge.example.com', asked: [one, two] },
  })
})

test('a load balancer of its own has a URL of its own', () => {
  const own = yaml.replace('server: core-1', 'host: 10.0.0.9').replace('core-1.example.com', 'lb.example.com')
  assert.deepEqual(toldSteps(planFor(knows([]), {}, own)), [`register https://lb.example.com ${two}`])
})
