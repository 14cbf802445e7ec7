import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { parseSurvey, type Survey, SurveyError } from '../../../src/adopt/survey'
import { missingForFleetHost } from '../../quick/fleet-host'
import { startUpstreamHost, type UpstreamHost } from '../remote/upstream-host'

test('what is no survey is refused', () => {
  assert.throws(() => parseSurvey('Welcome to core-1!\n'), SurveyError)
})

test('the firewall is told by the fleet that it is for; ufw keeps that in hexadecimal', () => {
  const lines = [
    'boot=1',
    'firewall=nftables lab',
    'firewall=iptables lab',
    'firewall=nftables $(id)',
    'firewall_hex=ufw 6c6162',
  ]
  assert.deepEqual(parseSurvey(lines.join('\n')).firewalls, [
    { tool: 'nftables', fleet: 'lab' },
    { tool: 'ufw', fleet: 'lab' },
  ])
})

/** An env file with every kind of line, and the names that it tells: those of whole numbers, and of several. */
const environment = `# CALLS=9
CALLS=5
export WORKERS = "4"
  QUOTED='12'
SECRET=do-not-tell
SECRET_NUMBER_IS_LONG=123456789
LIST="1,2,4"
SECRET_LIST=1,2,123456789
PEM="-----BEGIN PRIVATE KEY-----
AAAAB3NzaC1yc2EAAAADAQABAAAB=1
LINE=2
-----END PRIVATE KEY-----"
CONTINUED=do-not-\\
TELL=3
TWICE=1
TWICE=2
EMPTY=
DATABASE_URL=postgres://user:do-not-tell@db/5
`
const named = ['CALLS', 'WORKERS', 'QUOTED', 'LIST', 'TWICE']

test('the addresses of a server without ip are those that hostname knows', { skip: missingForFleetHost }, async () => {
  const here = await startUpstreamHost({
    programs: { ip: '#!/bin/sh\nexit 127\n', hostname: "#!/bin/sh\necho '10.0.0.7 fd00::7 '\n" },
  })
  const { exitCode, stdout, stderr } = await here.connection.run('survey', [])
  await here.stop()
  assert.equal(exitCode, 0, stderr)
  assert.match(stdout, /^addresses=10\.0\.0\.7 fd00::7 *$/m)
})

suite('survey', { skip: missingForFleetHost }, () => {
  let here: UpstreamHost
  let output: string
  let survey: Survey

  before(async () => {
    here = await startUpstreamHost()
    await here.reset(here.text('one'))
    const env = join(here.host.folder, '.env')
    writeFileSync(env, environment, { mode: 0o640 })
    const conf = join(here.host.nginx, 'conf.d', 'more.conf')
    writeFileSync(
      conf,
      `# upstream commented { server 127.0.0.1:1; }
upstream "odd" # why not
{ least_conn; server 127.0.0.1:8001 max_conns=5; # one
  server
    unix:/tmp/x_2.sock down; server localhost:8003; keepalive 8; }
server { listen 127.0.0.1:1; location / { proxy_set_header Authorization "Bearer do-not-tell"; } }
`,
    )
    for (const [name, properties] of Object.entries({
      'voxcore@1.service': { ActiveState: 'active', UnitFileState: 'enabled', WorkingDirectory: here.host.folder },
      'brand@12.service': { ActiveState: 'inactive', EnvironmentFiles: `${env} (ignore_errors=yes)` },
      'user@1000.service': { ActiveState: 'active' },
      'getty@tty1.service': { ActiveState: 'active' },
    })) {
      const folder = join(here.host.folder, 'units', name)
      mkdirSync(folder, { recursive: true })
      for (const [property, value] of Object.entries(properties)) writeFileSync(join(folder, property), `${value}\n`)
    }
    const { exitCode, stdout, stderr } = await here.connection.run('survey', [])
    assert.deepEqual([exitCode, stderr], [0, ''])
    output = stdout
    survey = parseSurvey(stdout)
  })
  after(() => here?.stop())

  test('says which instances with numbers there are, and what they read, but none of systemd itself', () => {
    assert.deepEqual(
      survey.units.map(({ template, id, activeState, directory, envFiles }) => [
        template,
        id,
        activeState,
        directory,
        envFiles.length,
      ]),
      [
        ['brand@', 12, 'inactive', undefined, 1],
        ['voxcore@', 1, 'active', here.host.folder, 0],
      ],
    )
  })

  test('tells of an env file only the names of variables that hold a whole number', () => {
    assert.deepEqual(survey.envFiles, [{ path: join(here.host.folder, '.env'), state: 'read', counts: named }])
    assert.doesNotMatch(output, /do-not|SECRET|PRIVATE|AAAAB3|ZG8tbm90|=5|Bearer/)
  })

  test('tells the upstream blocks of the whole configuration, and nothing else of it', () => {
    const odd = survey.upstreams.find(({ name }) => /odd/.test(name))
    assert.equal(odd?.file, '/etc/nginx/conf.d/more.conf')
    assert.equal(
      odd?.text,
      `upstream odd {
    least_conn;
    server 127.0.0.1:8001 max_conns=5;
    server unix:/tmp/x_2.sock down;
    server localhost:8003;
    keepalive 8;
}
`,
    )
    assert.equal(survey.upstreams.length, 1)
    assert.ok(survey.resolves.get('localhost')?.includes('127.0.0.1'))
  })

  test("tells http's upstream blocks only: stream and mail have their own", async () => {
    const conf = join(here.host.nginx, 'conf.d', 'other-contexts.conf')
    writeFileSync(
      conf,
      `stream { map $x $y { default a; } upstream of_stream { server 127.0.0.1:8001; } server { listen 127.0.0.1:2; } }
mail { upstream of_mail { server 127.0.0.1:8001; } }
upstream of_http { server 127.0.0.1:8001; }
`,
    )
    try {
      const { upstreams } = parseSurvey((await here.connection.run('survey', [])).stdout)
      assert.deepEqual(upstreams.map(({ name }) => name).toSorted(), ['odd', 'of_http'])
    } finally {
      rmSync(conf)
    }
  })

  test('changes nothing', async () => {
    const listing = 'find /etc/nginx /run /etc/systemd/system -printf "%p %T@ %s\\n" | sort'
    const before = await here.host.shell(listing)
    await here.connection.run('survey', [])
    assert.equal(await here.host.shell(listing), before)
  })
})
