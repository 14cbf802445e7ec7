import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AdoptError } from '../../../src/adopt/adopt-error'
import { choose, type Question, type Wishes } from '../../../src/adopt/choices'
import { foundHosts, type SurveyedHost } from '../../../src/adopt/survey'
import { hostOf } from './hosts'

const block = (name: string, ...addresses: string[]) =>
  `upstream ${name} { ${addresses.map(address => `server ${address};`).join(' ')} }`
const local = ['127.0.0.1:8001', '127.0.0.1:8002'] as const
const silent = { kind: 'no-answer', reason: 'connection refused' } as const
/** Instances of two templates on one server. */
const both = [
  'unit=other@1.service',
  'EnvironmentFiles=/etc/other.env (ignore_errors=no)',
  'ActiveState=active',
  'UnitFileState=enabled',
]

async function chosenOf(hosts: readonly SurveyedHost[], wishes: Wishes = {}, answer?: string) {
  const questions: Question[] = []
  const found = foundHosts(hosts)
  const chosen = await choose(found, found, wishes, async question => {
    questions.push(question)
    return answer
  })
  return { chosen, questions }
}

suite('what fleet.yaml is about', () => {
  test('the template whose instances answer as workers, whatever else runs', async () => {
    const { chosen, questions } = await chosenOf([hostOf('core-1', { template: 'brand@', lines: both })])
    assert.equal(chosen.template, 'brand@')
    assert.deepEqual(questions, [])
  })

  test('the template that was asked for, with and without its @ and .service', async () => {
    for (const unit of ['other', 'other@', 'other@.service'])
      assert.equal((await chosenOf([hostOf('core-1', { lines: both })], { unit })).chosen.template, 'other@')
  })

  test('one template that answers nothing, if it is the only one that was asked', async () => {
    const { chosen } = await chosenOf([hostOf('core-1', { template: 'brand@', health: silent })])
    assert.equal(chosen.template, 'brand@')
  })

  test('of several that answer, the one that is chosen', async () => {
    const hosts = [hostOf('core-1'), hostOf('core-2', { template: 'brand@' })]
    const { chosen, questions } = await chosenOf(hosts, {}, 'brand@')
    assert.equal(chosen.template, 'brand@')
    assert.deepEqual(
      questions[0]?.options.map(({ value, detail }) => [value, detail]),
      [
        ['brand@', 'core-2: 1, 2, 3, 4'],
        ['voxcore@', 'core-1: 1, 2, 3, 4'],
      ],
    )
  })

  test('the upstream that leads to most workers', async () => {
    const nginx = { '/etc/nginx/a.conf': block('few', local[0]), '/etc/nginx/b.conf': block('all', ...local) }
    const { chosen } = await chosenOf([hostOf('core-1', { ids: [1, 2], nginx })])
    assert.deepEqual([chosen.block?.name, chosen.block?.file], ['all', '/etc/nginx/b.conf'])
  })

  test('of several upstreams that lead to as many, the one that is named or chosen', async () => {
    const nginx = { '/etc/nginx/a.conf': `${block('a', ...local)} ${block('b', ...local)}` }
    const hosts = [hostOf('core-1', { ids: [1, 2], nginx })]
    assert.equal((await chosenOf(hosts, { upstream: 'b' })).chosen.block?.name, 'b')
    assert.equal((await chosenOf(hosts, {}, 'b on core-1')).chosen.block?.name, 'b')
  })

  test('the env file that has the number of calls, of several', async () => {
    const more = [
      'unit=voxcore@9.service',
      'EnvironmentFiles=/etc/default/locale (ignore_errors=yes)',
      'ActiveState=active',
      'UnitFileState=enabled',
      `env_file=${Buffer.from('/etc/default/locale').toString('base64')} read`,
    ]
    const { chosen } = await chosenOf([hostOf('core-1', { lines: more })])
    assert.equal(chosen.envFile, '/opt/voxcore/.env')
  })
})

suite('the two variables', () => {
  const table: readonly (readonly [
    counts: readonly string[],
    calls: string | undefined,
    workers: string | undefined,
  ])[] = [
    [['MAX_CONCURRENT_CALLS', 'VOXCORE_WORKERS', 'OTHER_CALLS'], 'MAX_CONCURRENT_CALLS', 'VOXCORE_WORKERS'],
    [['BRAND_MAX_SESSIONS', 'BRAND_PROCESSES', 'PORT'], 'BRAND_MAX_SESSIONS', 'BRAND_PROCESSES'],
    [['CALLS_PER_WORKER', 'WORKERS'], 'CALLS_PER_WORKER', 'WORKERS'],
    [['A', 'B'], undefined, undefined],
    [[], undefined, undefined],
  ]
  for (const [counts, calls, workers] of table)
    test(`of ${counts.join(', ') || 'none'} are ${calls} and ${workers}`, async () => {
      const { chosen } = await chosenOf([hostOf('core-1', { counts })])
      assert.deepEqual([chosen.maxCallsVariable.name, chosen.workersVariable.name], [calls, workers])
    })

  test('are those that were named, whatever the file has', async () => {
    const { chosen } = await chosenOf([hostOf('core-1', { counts: ['A'] })], {
      maxCallsVariable: 'A',
      workersVariable: 'B',
    })
    assert.deepEqual([chosen.maxCallsVariable.name, chosen.workersVariable.name], ['A', 'B'])
  })

  test('are asked for among the names of the file', async () => {
    const { chosen, questions } = await chosenOf([hostOf('core-1', { counts: ['A', 'B'] })], {}, 'B')
    assert.equal(chosen.maxCallsVariable.name, 'B')
    assert.deepEqual(
      questions.map(({ about }) => about),
      ['max-calls-variable', 'workers-variable'],
    )
  })
})

suite('what cannot be said', () => {
  const two = `${block('a', ...local)} ${block('b', ...local)}`
  const table: readonly (readonly [about: string, hosts: readonly SurveyedHost[], Wishes, RegExp, RegExp])[] = [
    [
      'nothing runs',
      [hostOf('core-1', { ids: [] })],
      {},
      /no workers were found on core-1: no systemd template/,
      /start/,
    ],
    [
      'the template is not there',
      [hostOf('core-1')],
      { unit: 'brand' },
      /no instance of brand@ is running/,
      /there are instances of voxcore@/,
    ],
    [
      'several templates',
      [hostOf('core-1'), hostOf('core-2', { template: 'brand@' })],
      {},
      /several templates could be the workers: brand@ and voxcore@/,
      /--unit brand@/,
    ],
    [
      'several upstreams',
      [hostOf('core-1', { ids: [1, 2], nginx: { '/etc/nginx/a.conf': two } })],
      {},
      /several upstreams lead to the workers: a on core-1 and b on core-1/,
      /--upstream a/,
    ],
    [
      'several load balancers',
      [
        hostOf('core-1', { addresses: ['10.0.0.1'], nginx: { '/etc/nginx/a.conf': block('a', ...local) } }),
        hostOf('core-2', { addresses: ['10.0.0.2'], nginx: { '/etc/nginx/a.conf': block('a', ...local) } }),
      ],
      {},
      /several upstreams lead to the workers: a on core-1 and a on core-2/,
      /--load-balancer core-1/,
    ],
    [
      'the upstream is not there',
      [hostOf('core-1', { nginx: { '/etc/nginx/a.conf': block('a', ...local) } })],
      { upstream: 'c' },
      /no nginx of these servers has an upstream c/,
      /there are a on core-1/,
    ],
  ]
  for (const [about, hosts, wishes, message, remedy] of table)
    test(`${about}: why, and what to do`, async () => {
      await assert.rejects(chosenOf(hosts, wishes), (error: unknown) => {
        assert.ok(error instanceof AdoptError)
        assert.match(error.message, message)
        assert.match(error.remedy ?? '', remedy)
        return true
      })
    })
})
