import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { config } from '@vscode/l10n'

test('the strings that translations start from are those of the source; `node scripts/strings.mjs` collects them', async () => {
  const { collectStrings } = await import(pathToFileURL(resolve('scripts/strings.mjs')).href)
  assert.equal(readFileSync('l10n/bundle.l10n.json', 'utf8'), collectStrings())
})

/** Rooms whose words a person reads in the editor, each with the few that are not for translation. */
const translated: Readonly<Record<string, readonly string[]>> = {
  // What the YAML parser says, which says the rest itself, in English; and the name of a noun.
  fleet: ['Implicit map keys need to be followed by map values', 'Map keys must be unique', 'idle worker'],
  // The log, errors that clients do not show, and the name that a snippet is typed by.
  language: [
    'the text has changed since',
    '⟨⟩: "⟨⟩" is missing or malformed',
    'nothing can be asked before "initialize" is answered',
    'nothing can be asked after "shutdown"',
    '⟨⟩ could not be checked: ⟨⟩',
    'The translations in ⟨⟩ cannot be read, so everything is said in English: ⟨⟩',
    'fleet on unix sockets',
  ],
  // A comment in a file of the load balancer, which others read too.
  nginx: ['# Written by Fleet Ops: change fleet.yaml, and not the upstream in here.\\n'],
  plan: [],
  observe: [],
  voxbridge: [],
  apply: [],
  // The name of a check, which JSON has too.
  doctor: ['env file'],
  adopt: [],
  // What a program reads: ssh2's, sshd's and OpenSSL's words for what went wrong, PEM, a command; and what can only be a mistake of ours.
  remote: [
    'the server closed the connection',
    'Too many authentication failures',
    'debug1: Executing proxy command',
    'debug1: Remote protocol version',
    'administratively prohibited',
    'connect failed',
    'it contains no key',
    'it contains a public key',
    'it needs a passphrase',
    'unsupported: a key of the kind ⟨⟩',
    'BEGIN ENCRYPTED',
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    '-----END OPENSSH PRIVATE KEY-----',
    'env LC_ALL=C LANGUAGE=C sudo -n true',
    '# fleet-ops begins',
    'an argument for a server contains a control character',
    '⟨⟩.js is missing beside ⟨⟩',
  ],
}

/** Comments, and regular expressions, which may hold quotes. */
const noLiteral =
  /\/\*[\s\S]*?\*\/|(?<=^|[\s;])\/\/ .*$|(?<=[=(,:]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//gm
const literal =
  /\bt\(\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g

/** The literals of a source that read as language, values in them as ⟨⟩, and that are no argument of `t`. */
const untranslatedIn = (source: string) =>
  [...source.replace(noLiteral, '').matchAll(literal)]
    .map(([text]) => text)
    .filter(text => !text.startsWith('t('))
    .map(text => text.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '⟨⟩'))
    .filter(text => /\p{Letter}{2,} \p{Letter}{2,}/u.test(text))

for (const [room, exceptions] of Object.entries(translated)) {
  test(`${room}: what people read goes through t of @vscode/l10n`, () => {
    const sources = readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.includes('generated'))
      .map(name => readFileSync(`src/${room}/${name}`, 'utf8'))
    assert.deepEqual(
      sources.flatMap(untranslatedIn).filter(text => !exceptions.includes(text)),
      [],
    )
  })
}

test('no constant is made of words: modules load before the language is known', async () => {
  const said: string[] = []
  config({ contents: new Proxy({}, { get: (_, message) => void said.push(String(message)) }) })
  try {
    await import('../../src/language/features')
    await import('../../src/plan/operations')
    await import('../../src/nginx/render-in-worker')
    await import('../../src/observe/observe')
    await import('../../src/voxbridge/access')
    await import('../../src/apply/apply-plan')
    await import('../../src/apply/session')
    await import('../../src/doctor/doctor')
    await import('../../src/doctor/doctor-lines')
    await import('../../src/adopt/adopt')
    await import('../../src/remote/connections')
    await import('../../src/remote/openssh/open-ssh')
    await import('../../src/voxbridge/base-url-health')
  } finally {
    config({ contents: {} })
  }
  assert.deepEqual(said, [])
})
