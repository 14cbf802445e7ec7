import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalNetwork, distinctNetworks, isSameCoverage, networksOf } from '../../../src/fleet/networks'

/** As nft 1.0.6 and ufw 0.36 list what they are given. */
const canonical: readonly (readonly [given: string, wanted: string])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.1/32', '10.0.0.1'],
  ['10.0.0.5/24', '10.0.0.0/24'],
  ['10.0.0.255/31', '10.0.0.254/31'],
  ['192.168.77.3/17', '192.168.0.0/17'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::1/128', '2001:db8::1'],
  ['2001:db8:1:2:3::/64', '2001:db8:1:2::/64'],
  ['2001:db8::ffff/120', '2001:db8::ff00/120'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
  ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ['::1', '::1'],
  ['fe80::/10', 'fe80::/10'],
  ['::/0', '::/0'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.9/120', '10.0.0.0/24'],
]

for (const [given, wanted] of canonical)
  test(`${given} is ${wanted}`, () => {
    assert.equal(canonicalNetwork(given), wanted)
    assert.equal(canonicalNetwork(wanted), wanted, 'and stays so')
  })

/** What nft lists neighbours as. */
const ranges: readonly (readonly [given: string, wanted: readonly string[]])[] = [
  ['10.0.0.7', ['10.0.0.7']],
  ['10.0.0.9/24', ['10.0.0.0/24']],
  ['10.0.0.11-10.0.0.12', ['10.0.0.11', '10.0.0.12']],
  ['10.0.0.1-10.0.0.6', ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6']],
  ['10.0.0.0-10.0.1.255', ['10.0.0.0/23']],
  ['10.0.0.255-10.0.1.0', ['10.0.0.255', '10.0.1.0']],
  ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
  ['2001:db8::1-2001:db8::2', ['2001:db8::1', '2001:db8::2']],
  ['2001:db8::-2001:db8::ffff:ffff:ffff:ffff', ['2001:db8::/64']],
]

for (const [given, wanted] of ranges)
  test(`${given} is ${wanted.length} networks at least`, () => {
    assert.deepEqual(networksOf(given), wanted)
    assert.ok(isSameCoverage(networksOf(given), [given]))
  })

test('each once, and none inside another', () => {
  const given = [
    '2001:db8::1',
    '10.0.1.1',
    '10.0.0.7',
    '10.0.0.0/24',
    '10.0.0.9/24',
    '10.0.0.0/25',
    '2001:db8::/32',
    '::1',
  ]
  assert.deepEqual(distinctNetworks(given), ['10.0.0.0/24', '10.0.1.1', '2001:db8::/32', '::1'])
  assert.deepEqual(distinctNetworks([]), [])
})

test('the same addresses are the same however they are divided', () => {
  const same: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['10.0.0.11', '10.0.0.12/31'], ['10.0.0.11-10.0.0.13']],
    [['10.0.0.0/25', '10.0.0.128/25', '10.0.0.7'], ['10.0.0.0/24']],
    [
      ['2001:db8::/65', '2001:db8:0:0:8000::/65', '10.0.0.1'],
      ['10.0.0.1', '2001:db8::/64'],
    ],
    [['2001:db8::1', '2001:db8::2'], ['2001:db8::1-2001:db8::2']],
    [['0.0.0.0/0'], ['0.0.0.0-255.255.255.255']],
    [[], []],
  ]
  for (const [a, b] of same) assert.ok(isSameCoverage(a, b) && isSameCoverage(b, a), `${a} and ${b}`)
  const others: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['10.0.0.1'], []],
    [['10.0.0.1'], ['10.0.0.1', '10.0.0.2']],
    [['10.0.0.1', '10.0.0.3'], ['10.0.0.1-10.0.0.3']],
    [['0.0.0.1'], ['::1']],
  ]
  for (const [a, b] of others) assert.ok(!isSameCoverage(a, b) && !isSameCoverage(b, a), `${a} and ${b}`)
})
