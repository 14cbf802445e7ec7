import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import ssh2, { type AuthContext, type AuthenticationType } from 'ssh2'
import { newKey } from '../../../src/demo/new-key'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import { temporaryFolder } from '../../quick/folder'

/** What a server wants of whoever logs in; what it takes next is in its answer to each try. */
type Wants = (context: AuthContext) => 'in' | readonly AuthenticationType[]

const password =
  (right: string): Wants =>
  context =>
    context.method === 'password' && context.password === right ? 'in' : ['password']

/** Asks these questions, and then the next ones: each must be given its answer. */
const questions: readonly { prompt: string; echo: boolean; answer: string }[] = [
  { prompt: 'User code: ', echo: true, answer: 'alice-7' },
  { prompt: 'One-time password: ', echo: false, answer: '123456' },
]

// A server of ssh2's, which can be told to want anything: OpenSSH's asks through PAM, which is this machine's own.
suite('what an operator is asked while logging in', () => {
  const folder = temporaryFolder()
  const [hostKey, userKey] = [newKey(), newKey()]
  const bin = join(folder, 'bin')
  const identityFile = join(folder, 'id')
  const knownHostsFile = join(folder, 'known_hosts')
  let wants: Wants
  let port = 0

  const sockets = new Set<ssh2.Connection>()
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, client =>
    client
      .on('close', () => sockets.delete(client))
      .on('error', () => {})
      .on('authentication', context => {
        sockets.add(client)
        if (context.method === 'keyboard-interactive') ask(context)
        // It would take the key: then the key is signed with.
        else if (context.method === 'publickey' && !context.signature) context.accept()
        else settle(context)
      }),
  )
  function ask(context: Extract<AuthContext, { method: 'keyboard-interactive' }>): void {
    const asked = questions.map(({ prompt, echo }) => ({ prompt, echo }))
    context.prompt(asked, 'Second factor', '\u001b[2JHave your\r\ntoken at hand.\u0007', answers => {
      const right = questions.every(({ answer }, index) => answers?.[index] === answer)
      // As OpenSSH does when PAM has more to say: a request without a question, which nobody is to be asked about.
      context.prompt([], () => settle(context, right))
    })
  }
  function settle(context: AuthContext, right = true): void {
    const next = wants(context)
    if (next === 'in' && right) context.accept()
    else context.reject(next === 'in' ? ['keyboard-interactive'] : [...next])
  }

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    port = (server.address() as AddressInfo).port
    writeFileSync(identityFile, userKey.private, { mode: 0o600 })
    writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${hostKey.public}\n`)
    mkdirSync(bin)
  })
  after(() => server.close())

  interface Asked {
    readonly reason: string
    readonly echo: boolean
  }
  /** Logs in to a server that wants this, with these lines of `ssh -G`, and says what was asked. */
  async function logIn(
    serverWants: Wants,
    answers: readonly (string | Error)[],
    configuration: readonly string[] = [],
  ) {
    wants = serverWants
    writeFileSync(
      join(bin, 'ssh'),
      `#!/bin/sh\ncat <<'X'\n${['identityfile none', ...configuration].join('\n')}\nX\n`,
      {
        mode: 0o755,
      },
    )
    const asked: Asked[] = []
    const prompts: Prompts = {
      trustHostKey: async () => false,
      secret: async ({ reason, echo }) => {
        const answer = answers[asked.push({ reason, echo }) - 1]
        if (answer instanceof Error) throw answer
        return answer
      },
    }
    const connections = createConnections({ prompts, environment: { PATH: `${bin}:${process.env.PATH}` } })
    const ssh = { user: 'alice', port, identityFile, knownHostsFile }
    try {
      await connections.to({ name: 'core-1', host: '127.0.0.1', ssh })
      return { asked, error: undefined }
    } catch (error) {
      assert.ok(error instanceof RemoteError && error.phase === 'authenticate', String(error))
      assert.doesNotMatch(`${error.message}${error.remedy}${error.stack}`, /geheim/)
      return { asked, error: error.message }
    } finally {
      await connections.dispose()
    }
  }
  const reasons = ({ asked }: { asked: readonly Asked[] }) => asked.map(({ reason }) => reason)

  const ownPassword = 'password of alice@127.0.0.1'
  const again = `wrong ${ownPassword}; try again`
  const code = 'Second factor Have your token at hand. User code:'
  const token = 'Second factor Have your token at hand. One-time password:'
  const rightCodes = questions.map(({ answer }) => answer)

  test('a password', async () => {
    const { asked, error } = await logIn(password('open'), ['open'])
    assert.deepEqual([asked, error], [[{ reason: ownPassword, echo: false }], undefined])
  })

  test('a password three times', async () => {
    const third = await logIn(password('open'), ['geheim', 'geheim', 'open'])
    assert.deepEqual([reasons(third), third.error], [[ownPassword, again, again], undefined])
    const never = await logIn(password('open'), ['geheim', 'geheim', 'geheim', 'open'])
    assert.deepEqual(reasons(never), [ownPassword, again, again])
    assert.match(never.error ?? '', /could not log in; tried: password; the server accepts password\.$/)
  })

  test('nothing more once a question was cancelled', async () => {
    const takesBoth: Wants = () => ['keyboard-interactive', 'password']
    const { asked, error } = await logIn(takesBoth, [])
    assert.equal(asked.length, 1)
    assert.match(error ?? '', /the server's question was not answered/)
  })

  for (const way of ['password', 'keyboard-interactive'] as const)
    test(`and why nobody could be asked, where that is so: ${way}`, async () => {
      const { error } = await logIn(() => [way], [new Error('the terminal is gone')])
      assert.match(error ?? '', /could not log in; .*the terminal is gone/)
    })

  test('in vain, if the server would not wait for the answer', async () => {
    const hangsUp: Wants = ({ method }) => {
      if (method === 'password') for (const socket of sockets) socket.end()
      return ['password']
    }
    const { error } = await logIn(hangsUp, ['open'])
    assert.match(
      error ?? '',
      /tried: password; the server closed the connection, as it does when no answer arrives within/,
    )
  })

  const withToken: Wants = ({ method }) => (method === 'keyboard-interactive' ? 'in' : ['keyboard-interactive'])

  test('several questions of a second factor, each on its own, shown as the server wants', async () => {
    const { asked, error } = await logIn(withToken, rightCodes)
    assert.deepEqual(
      [asked, error],
      [
        [
          { reason: code, echo: true },
          { reason: token, echo: false },
        ],
        undefined,
      ],
    )
  })

  test('the second factor once more if it was wrong', async () => {
    const second = await logIn(withToken, ['alice-7', '000000', ...rightCodes])
    assert.deepEqual([reasons(second), second.error], [[code, token, code, token], undefined])
  })

  test('a second factor after the key, where the server wants both', async () => {
    let half = false
    const keyFirst: Wants = context => {
      if (context.method === 'keyboard-interactive' && half) return 'in'
      half ||= context.method === 'publickey' && context.signature !== undefined
      return half ? ['keyboard-interactive'] : ['publickey']
    }
    const both = await logIn(keyFirst, rightCodes)
    assert.deepEqual([reasons(both), both.error], [[code, token], undefined])
  })

  test('a password before the key, where the server wants them in that order', async () => {
    let half = false
    const passwordFirst: Wants = context => {
      if (context.method === 'publickey' && half) return 'in'
      half ||= context.method === 'password' && context.password === 'open'
      return half ? ['publickey'] : ['password']
    }
    const both = await logIn(passwordFirst, ['open'])
    assert.deepEqual([reasons(both), both.error], [[ownPassword], undefined])
  })

  const either: Wants = context =>
    context.method === 'password' || context.method === 'keyboard-interactive'
      ? 'in'
      : ['keyboard-interactive', 'password']

  for (const [configuration, first] of [
    [[], code],
    [['preferredauthentications password,keyboard-interactive'], ownPassword],
    [['preferredauthentications hostbased,password'], ownPassword],
    [['kbdinteractiveauthentication no'], ownPassword],
    [['passwordauthentication no'], code],
  ] as const)
    test(`first what is preferred: ${configuration.join() || 'by default'}`, async () => {
      const { asked, error } = await logIn(either, first === code ? rightCodes : ['open'], configuration)
      assert.deepEqual([asked[0]?.reason, error], [first, undefined])
    })

  test('nothing that is switched off', async () => {
    const off = ['passwordauthentication no', 'kbdinteractiveauthentication no', 'pubkeyauthentication no']
    const { asked, error } = await logIn(either, ['open'], off)
    assert.deepEqual(asked, [])
    assert.match(error ?? '', /there was nothing to try.*the server accepts keyboard-interactive, password/)
  })
})
