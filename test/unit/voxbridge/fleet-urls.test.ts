import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { accessTo } from '../../../src/voxbridge/access'
import { whyNoAnswer } from '../../../src/voxbridge/failures'
import { changed, changeFleetUrls, readFleetUrls, type UrlChange } from '../../../src/voxbridge/fleet-urls'
import { lookAtVoxbridge } from '../../../src/voxbridge/look'
import { VoxbridgeError } from '../../../src/voxbridge/voxbridge-error'
import { type Asked, json, startStandIn } from './stand-in'

const token = 'the-token-of-the-tests'
const [a, b, other] = ['https://a.example.com', 'https://b.example.com', 'https://other.example.com']

const lists: readonly (readonly [
  what: string,
  before: readonly string[],
  change: UrlChange,
  after: readonly string[],
])[] = [
  ['a new URL goes to the end', [other], { add: [a] }, [other, a]],
  ['a known URL stays where it is', [a, other], { add: [a] }, [a, other]],
  ['a trailing slash is taken off', [`${a}/`, other], { add: [a] }, [a, other]],
  ['capitals in the host are the same URL', ['https://A.example.com', other], { add: [a] }, [a, other]],
  ['the same URL twice is once', [`${a}/`, a, other], { add: [a] }, [a, other]],
  ['another path is another URL', [`${other}/a`], { add: [`${other}/b`] }, [`${other}/a`, `${other}/b`]],
  ['a removed URL goes, in any spelling', [`${a}/`, other], { remove: [a] }, [other]],
  ['what is not there is not removed', [other], { remove: [a] }, [other]],
  ['what is no URL is kept: it is not ours', ['nonsense', other], { add: [a] }, ['nonsense', other, a]],
]
for (const [what, before, change, after] of lists)
  test(what, () => {
    assert.deepEqual(changed(before, change), after)
  })

/** A VoxBridge with a list, as DESIGN §12 describes it. `onWrite` is called after each write, and may write itself. */
async function bridge(
  context: TestContext,
  list: readonly string[],
  onWrite: (write: (urls: readonly string[]) => void, times: number) => void = () => {},
) {
  const state = { list, writes: 0 }
  const standIn = await startStandIn((asked, response) => {
    if (asked.method === 'PUT') {
      state.list = JSON.parse(asked.body).voxcore_fleet
      state.writes++
      onWrite(urls => (state.list = urls), state.writes)
    }
    json(response, { api_keys: { openai: '••••' }, voxcore_fleet: state.list })
  })
  context.after(() => standIn.close())
  const access = await accessTo(standIn.url, async () => token)
  return { state, standIn, access }
}

const noWait = { sleep: async () => {} }

test('a change is read, written whole and read back, and only the list is written', async context => {
  const { state, standIn, access } = await bridge(context, [other])
  assert.equal(await changeFleetUrls(access, { add: [a] }, noWait), 'done')
  assert.deepEqual(state.list, [other, a])
  assert.deepEqual(
    standIn.asked.map(({ method, path, body }) => [method, path, body]),
    [
      ['GET', '/api/v1/settings', ''],
      ['PUT', '/api/v1/settings/fleet', JSON.stringify({ voxcore_fleet: [other, a] })],
      ['GET', '/api/v1/settings', ''],
      ['GET', '/api/v1/settings', ''],
    ],
  )
  assert.ok(standIn.asked.every(({ authorization }) => authorization === `Bearer ${token}`))
})

test('what is so already is not written', async context => {
  const { state, access } = await bridge(context, [a, other])
  assert.equal(await changeFleetUrls(access, { add: [a] }, noWait), 'already')
  assert.equal(await changeFleetUrls(access, { remove: [b] }, noWait), 'already')
  assert.equal(state.writes, 0)
})

test("a list that another operator replaced after our write is written again, with both operators' URLs", async context => {
  const { state, access } = await bridge(context, [other], (write, times) => {
    if (times === 1) write([other, b])
  })
  assert.equal(await changeFleetUrls(access, { add: [a] }, noWait), 'done')
  assert.deepEqual(state.list, [other, b, a])
})

test('a write of another that arrives after ours was read back is noticed too', async context => {
  const { state, access } = await bridge(context, [other])
  let waits = 0
  const sleep = async () => {
    if (waits++ === 0) state.list = [other, b]
  }
  assert.equal(await changeFleetUrls(access, { add: [a] }, { sleep }), 'done')
  assert.deepEqual(state.list, [other, b, a])
})

test('two operators at once lose neither URL', async context => {
  const { state, access } = await bridge(context, [other])
  // Each looks again when the other has written too, however slow either is.
  const sleep = async () => {
    while (state.writes < 2) await new Promise(done => setTimeout(done, 5))
  }
  await Promise.all([a, b].map(url => changeFleetUrls(access, { add: [url] }, { sleep })))
  assert.deepEqual([...state.list].sort(), [a, b, other].sort())
})

test('a list that somebody keeps replacing is given up, and said', async context => {
  const { state, access } = await bridge(context, [other], write => write([other]))
  await assert.rejects(changeFleetUrls(access, { add: [a] }, noWait), /updated 5 times/)
  assert.equal(state.writes, 5)
})

interface Failure {
  readonly answers: (response: ServerResponse, asked: Asked) => void
  readonly says: RegExp
  readonly mend: RegExp
}
const failures: Readonly<Record<string, Failure>> = {
  '401': {
    answers: (response, { authorization }) => json(response, { detail: `no: ${authorization}` }, 401),
    says: /does not accept the token: it is wrong, or has expired \(401: no: Bearer \(the token\)\)$/,
    mend: /Forget VoxBridge Token.*FLEET_OPS_VOXBRIDGE_TOKEN/,
  },
  '403': {
    answers: response => json(response, { detail: 'Forbidden' }, 403),
    says: /not a super-admin's \(403: Forbidden\)$/,
    mend: /super-admin's token/,
  },
  '404': {
    answers: response => json(response, { detail: 'Not Found' }, 404),
    says: /has no such page \(404: Not Found\)$/,
    mend: /correct voxbridge.url/,
  },
  '422': {
    answers: response => json(response, { detail: [{ loc: ['voxcore_fleet'], msg: 'bad' }] }, 422),
    says: /refuses the list of URLs \(422: .*voxcore_fleet.*\)$/,
    mend: /fleet.yaml/,
  },
  '503 with a page': {
    answers: response => void response.writeHead(503).end('<html><h1>Service Unavailable</h1>'),
    says: /has failed \(503\)$/,
    mend: /its log/,
  },
  'a redirect': {
    answers: response => void response.writeHead(302, { location: 'https://login.example.com/in?next=x' }).end(),
    says: /redirects to https:\/\/login.example.com\/in \(302\), and the token is not sent there$/,
    mend: /voxbridge.url/,
  },
  'no JSON': {
    answers: response => void response.end('<html>hello'),
    says: /answers, but not with JSON/,
    mend: /voxbridge.url/,
  },
  'JSON that is no settings': {
    answers: response => json(response, ['settings']),
    says: /not with settings/,
    mend: /voxbridge.url/,
  },
  'a list of something else': {
    answers: response => json(response, { voxcore_fleet: [{ url: a }] }),
    says: /voxcore_fleet that is not a list of URLs/,
    mend: /another version|voxbridge.url/,
  },
  'a connection that is cut': {
    answers: response => void response.socket?.destroy(),
    says: /cannot be reached: it closed the connection$/,
    mend: /run this again/,
  },
}
for (const [name, { answers, says, mend }] of Object.entries(failures))
  test(`${name} is said plainly, with what to do, and without the token`, async context => {
    const standIn = await startStandIn((asked, response) => answers(response, asked))
    context.after(() => standIn.close())
    const seen = await lookAtVoxbridge(standIn.url, { token: async () => token, asked: [] })
    assert.ok(!seen.reachable)
    assert.match(seen.message, says)
    assert.match(seen.remedy ?? '', mend)
    assert.ok(!JSON.stringify(seen).includes(token))
    assert.equal(standIn.asked.length, 1, 'a redirect is not followed, and nothing is tried twice')
  })

test('a port that nothing listens on, a name that is not known, a certificate that nobody has signed', async () => {
  const free = await new Promise<number>(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
  const says = async (url: string) => {
    const error = await readFleetUrls({ url, token }).catch((thrown: unknown) => thrown)
    assert.ok(error instanceof VoxbridgeError)
    return error.message
  }
  assert.match(await says(`http://127.0.0.1:${free}`), /nothing listens there$/)
  const why = (code: string) =>
    whyNoAnswer(20, new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }))[0]
  assert.equal(why('ENOTFOUND'), 'its name is not known')
  assert.equal(why('DEPTH_ZERO_SELF_SIGNED_CERT'), 'its certificate is not from an authority that this machine trusts')
  assert.equal(why('CERT_HAS_EXPIRED'), 'its certificate has expired')
  assert.equal(whyNoAnswer(20, new DOMException('', 'TimeoutError'))[0], 'no answer within 20 s')
})

test('without a token, and with one that cannot be one, nothing is asked', async () => {
  const message = (given: string | undefined) =>
    accessTo('https://bridge.example.com', async () => given).then(
      () => '',
      (error: Error) => error.message,
    )
  assert.match(await message(undefined), /no token/)
  assert.match(await message('  '), /no token/)
  assert.equal(await message(' good.token \n'), '')
  const wrong = await message('two words')
  assert.match(wrong, /characters that are not allowed/)
  assert.ok(!wrong.includes('two words'))
})

test('where certificates are not verified, the token is not sent', async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    await assert.rejects(readFleetUrls({ url: 'https://127.0.0.1:9', token }), /NODE_TLS_REJECT_UNAUTHORIZED=0/)
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})
