import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whatIsWrong, whyUnhealthy } from '../../../src/voxbridge/base-url-health'
import { json, startStandIn } from './stand-in'

const good = { status: 'ok', fleet_calls: 3, fleet_max: 20, fleet_available: 17, workers: [] }

const answers: readonly (readonly [what: string, body: unknown, wrong: RegExp | undefined])[] = [
  ['as VoxCore answers', good, undefined],
  ['nothing available', { ...good, fleet_available: 0 }, undefined],
  ['as many available as there are', { ...good, fleet_available: 20 }, undefined],
  ['another status', { ...good, status: 'degraded' }, /status "degraded"/],
  ['no status', { fleet_calls: 0 }, /status nothing/],
  ['more available than there are', { ...good, fleet_available: 21 }, /available \(21\) than there are \(20\)/],
  ['a negative count', { ...good, fleet_calls: -1 }, /fleet_calls -1/],
  ['a broken count', { ...good, fleet_max: 2.5 }, /fleet_max 2.5/],
  ['a count in words', { ...good, fleet_max: '20' }, /fleet_max "20"/],
  ['a count that is missing', { ...good, fleet_available: undefined }, /fleet_available nothing/],
  ['a worker’s own health', { status: 'ok', worker_calls: 0, worker_max: 5 }, /fleet_calls nothing/],
  ['a list', [], /status nothing/],
  ['a word', 'ok', /not with health/],
]
for (const [what, body, wrong] of answers)
  test(what, () => {
    const found = whatIsWrong('https://x.example/health/fleet', JSON.stringify(body))
    if (wrong === undefined) assert.equal(found, undefined)
    else assert.match(found ?? '', wrong)
  })

test('what is no JSON is no health', () => {
  assert.match(whatIsWrong('https://x.example/health/fleet', '<html>') ?? '', /not with health/)
})

test('it is asked below the base URL, without a token, and a redirect or an error is no health', async context => {
  const standIn = await startStandIn(({ path }, response) => {
    if (path === '/good/health/fleet') json(response, good)
    else if (path === '/moved/health/fleet') response.writeHead(301, { location: '/good/health/fleet' }).end()
    else json(response, { detail: 'Bad Gateway' }, 502)
  })
  context.after(() => standIn.close())
  assert.equal(await whyUnhealthy(`${standIn.url}/good`), undefined)
  assert.match((await whyUnhealthy(`${standIn.url}/moved`)) ?? '', /moved\/health\/fleet redirects to \/good/)
  assert.match((await whyUnhealthy(`${standIn.url}/down`)) ?? '', /down\/health\/fleet answers 502$/)
  assert.ok(standIn.asked.every(({ authorization }) => authorization === undefined))
  await standIn.close()
  assert.match((await whyUnhealthy(`${standIn.url}/good`)) ?? '', /cannot be reached from here: nothing listens there$/)
})
