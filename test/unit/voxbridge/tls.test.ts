import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { accessTo } from '../../../src/voxbridge/access'
import { changeFleetUrls } from '../../../src/voxbridge/fleet-urls'
import { VoxbridgeError } from '../../../src/voxbridge/voxbridge-error'
import { temporaryFolder } from '../../quick/folder'
import { programPath } from '../../quick/server-process'
import { json, startStandIn } from './stand-in'

// A VoxBridge over TLS whose certificate nobody has signed but itself. Node reads at its start whom else it is to trust, so that
// each registration is a process of its own: this file, started with the URL to register at.

const asked = process.env.REGISTER_AT
const fleetUrl = 'https://fleet.example.com'
const token = 'the-token-of-the-tests'

if (asked === undefined) suite('VoxBridge over TLS', { skip: programPath('openssl') ? false : 'no openssl' }, tests)
else console.log(JSON.stringify(await register(asked)))

/** What came of it, in words and with what to do. */
async function register(url: string): Promise<string> {
  try {
    return await changeFleetUrls(await accessTo(url, async () => token), { add: [fleetUrl] }, { sleep: async () => {} })
  } catch (error) {
    if (error instanceof VoxbridgeError) return `${error.message}: ${error.remedy}`
    throw error
  }
}

async function registerIn(environment: Readonly<Record<string, string>>, url: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [process.argv[1] ?? ''], {
    env: { PATH: process.env.PATH, REGISTER_AT: url, ...environment },
  })
  return JSON.parse(stdout)
}

function tests(): void {
  const folder = temporaryFolder()
  const certificateFor = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const about = ['-subj', '/CN=VoxBridge', '-addext', `subjectAltName=${name}`]
    execFileSync('openssl', ['req', '-x509', ...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    return { file: cert, key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  }
  const own = certificateFor('IP:127.0.0.1')
  const another = certificateFor('DNS:other.example')

  const refused: readonly (readonly [
    what: string,
    tls: typeof own | undefined,
    environment: Readonly<Record<string, string>>,
    says: RegExp,
  ])[] = [
    [
      'a certificate that it has signed itself',
      own,
      {},
      /cannot be reached: its certificate is not from an authority that this machine trusts: .*set NODE_EXTRA_CA_CERTS to a file/,
    ],
    [
      'a certificate for another name, of somebody trusted',
      another,
      { NODE_EXTRA_CA_CERTS: another.file },
      /cannot be reached: its certificate is for another name: correct voxbridge\.url/,
    ],
    [
      'a certificate that is not verified',
      own,
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      /disables certificate verification, so the token was not sent/,
    ],
    ['no certificate at all', undefined, {}, /cannot be reached: it does not speak TLS: use http:\/\//],
  ]
  for (const [what, tls, environment, says] of refused)
    test(`${what} is refused, and the token is not sent`, async context => {
      const standIn = await startStandIn((_, response) => json(response, { voxcore_fleet: [] }), tls)
      context.after(() => standIn.close())
      assert.match(await registerIn(environment, standIn.url.replace('http://', 'https://')), says)
      assert.deepEqual(standIn.asked, [])
    })

  test('a certificate in the file that NODE_EXTRA_CA_CERTS names is accepted, and the URL registered', async context => {
    let list: readonly string[] = []
    const standIn = await startStandIn(({ method, body }, response) => {
      if (method === 'PUT') list = JSON.parse(body).voxcore_fleet
      json(response, { voxcore_fleet: list })
    }, own)
    context.after(() => standIn.close())
    assert.equal(await registerIn({ NODE_EXTRA_CA_CERTS: own.file }, standIn.url), 'done')
    assert.deepEqual(list, [fleetUrl])
    assert.ok(standIn.asked.every(({ authorization }) => authorization === `Bearer ${token}`))
  })
}
