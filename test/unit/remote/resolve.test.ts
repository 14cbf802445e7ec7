import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { mock, suite, test } from 'node:test'
import type { Machine, SshOptions } from '../../../src/fleet/fleet'
import { configuredPaths } from '../../../src/remote/configured-path'
import { parseConfiguration, settingsOf } from '../../../src/remote/machine-settings'
import { resolveMachine } from '../../../src/remote/resolve'
import { temporaryFolder } from '../../quick/folder'
import { hasEnded, writtenTo } from '../../quick/left-process'
import { programPath } from '../../quick/server-process'

const account = userInfo().homedir
const machine = (host: string, ssh: SshOptions = {}): Machine => ({ name: 'core-1', host, ssh })

suite('what fleet.yaml says goes before what ssh says', () => {
  const said = parseConfiguration(
    [
      'hostname 10.0.0.7',
      'user alice',
      'port 2200',
      'identityfile ~/.ssh/one',
      'identityfile /keys/two',
      'identitiesonly yes',
      'userknownhostsfile ~/.ssh/known_hosts /etc/known',
      'globalknownhostsfile none',
      'proxyjump bastion',
      'hostkeyalias fleet',
      'stricthostkeychecking true',
      'connecttimeout 7',
      'addressfamily inet6',
      'passwordauthentication no',
    ].join('\n'),
  )

  test('ssh alone', () => {
    assert.deepEqual(settingsOf(machine('core-1'), said, { SSH_AUTH_SOCK: '/run/agent' }), {
      hostName: '10.0.0.7',
      port: 2200,
      user: 'alice',
      addressFamily: 'inet6',
      connectTimeout: 7,
      identityFile: undefined,
      identityFiles: [join(account, '.ssh/one'), '/keys/two'],
      identitiesOnly: true,
      agent: '/run/agent',
      ways: ['publickey', 'keyboard-interactive'],
      knownHostsFiles: [join(account, '.ssh/known_hosts'), '/etc/known'],
      globalKnownHostsFiles: [],
      hostKeyAlias: 'fleet',
      revokedHostKeysFile: undefined,
      hashKnownHosts: false,
      strictHostKeys: true,
      proxyJump: 'bastion',
      proxyCommand: undefined,
      certificateFiles: [],
      pkcs11Provider: undefined,
      namesTokenKey: false,
      gssapi: false,
      resolvedBySsh: true,
      configuration: said,
    })
  })

  test('fleet.yaml on top', () => {
    const options = { user: 'bob', port: 22, identityFile: '~/mine', knownHostsFile: '/known', proxyJump: 'other' }
    const settings = settingsOf(machine('core-1', options), said, {})
    assert.deepEqual(
      [settings.user, settings.port, settings.proxyJump, settings.hostName],
      ['bob', 22, 'other', '10.0.0.7'],
    )
    assert.equal(settings.identityFile, join(homedir(), 'mine'))
    assert.deepEqual(settings.knownHostsFiles, ['/known'])
  })

  test('fleet.yaml alone, where there is no ssh', () => {
    const settings = settingsOf(machine('10.0.0.1', { user: 'bob' }), parseConfiguration(''), {})
    assert.deepEqual([settings.hostName, settings.port, settings.user], ['10.0.0.1', 22, 'bob'])
    assert.deepEqual(settings.identityFiles[2], join(account, '.ssh/id_ed25519'))
    assert.deepEqual(settings.agent, undefined)
  })

  for (const [identityAgent, agent] of [
    ['none', undefined],
    ['SSH_AUTH_SOCK', '/run/agent'],
    ['$OTHER', '/run/other'],
    ['~/agent', join(account, 'agent')],
    ['/a/b', '/a/b'],
  ] as const)
    test(`IdentityAgent ${identityAgent}`, () => {
      const configuration = parseConfiguration(`identityagent ${identityAgent}`)
      const environment = { SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other' }
      assert.equal(settingsOf(machine('x'), configuration, environment).agent, agent)
    })
})

suite('the paths of a list, which ssh -G prints without quotes', () => {
  const context = { machine: 'core-1', keyword: 'UserKnownHostsFile', environment: {} }
  const onWindows = { ...context, environment: { ProgramData: 'D:\\Data' }, platform: 'win32' } as const
  const those = (files: readonly string[]) => ({ isFile: (path: string) => files.includes(path) })

  for (const [list, paths, files = []] of [
    ['none', []],
    ['/a', ['/a']],
    ['~/.ssh/known_hosts ~/.ssh/known_hosts2', [join(account, '.ssh/known_hosts'), join(account, '.ssh/known_hosts2')]],
    ['/tmp/h o/kh1 /tmp/x/kh2', ['/tmp/h o/kh1', '/tmp/x/kh2']],
    [
      '/home/Jane Doe/.ssh/known_hosts /home/Jane Doe/.ssh/known_hosts2',
      ['', '2'].map(end => `/home/Jane Doe/.ssh/known_hosts${end}`),
    ],
    ['/a  b   c/d', ['/a  b   c/d']],
    ['/a none', ['/a none']],
    // Both are there: it was a list of two only if the second were relative.
    ['/a b', ['/a b'], ['/a', '/a b']],
    ['/a /b', ['/a', '/b'], ['/a', '/b']],
  ] as readonly [string, readonly string[], (readonly string[])?][])
    test(list, () => assert.deepEqual(configuredPaths(list, { ...context, ...those(files) }), paths))

  for (const [list, files = []] of [
    ['known_hosts'],
    ['known_hosts /a'],
    ['./known_hosts'],
    ['none /a'],
    ['C:/known_hosts'],
    ['~somebody-unknown/known_hosts'],
    // As a relative path behind another.
    ['/a o/b', ['/a']],
    ['~/a o/b', [join(account, 'a')]],
    // A folder whose name ends with a space.
    ['/a /b', ['/a /b']],
    ['/x /a /b /c', ['/a /b /c']],
  ] as readonly [string, (readonly string[])?][])
    test(`${list} is refused${files.length > 0 ? `, where ${files} is there` : ''}`, () =>
      assert.throws(() => configuredPaths(list, { ...context, ...those(files) }), {
        name: 'RemoteError',
        phase: 'resolve',
        message: /^UserKnownHostsFile /,
      }))

  for (const [list, paths] of [
    ['C:\\Users\\Jane Doe/.ssh/known_hosts c:/b', ['C:\\Users\\Jane Doe\\.ssh\\known_hosts', 'c:\\b']],
    ['__PROGRAMDATA__\\ssh/a __PROGRAMDATA__\\ssh/b', ['D:\\Data\\ssh\\a', 'D:\\Data\\ssh\\b']],
    ['\\\\server\\share\\a b', ['\\\\server\\share\\a b']],
  ] as const)
    test(`${list} on Windows`, () => assert.deepEqual(configuredPaths(list, { ...onWindows, ...those([]) }), paths))

  test('c:known_hosts, which is relative to a drive, is refused on Windows', () =>
    assert.throws(() => configuredPaths('c:known_hosts', onWindows), { name: 'RemoteError' }))
})

suite('ssh -G is asked', { skip: programPath('ssh') ? false : 'ssh is not installed' }, () => {
  const folder = temporaryFolder()
  // ssh takes its own home from the user database, so that a test gives it a configuration as an ssh on PATH of its own.
  const config = join(folder, 'config')
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'config.d'))
  const real = programPath('ssh')
  writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nexec ${real} -F ${config} "$@"\n`, { mode: 0o755 })
  /** With an ssh that says when it is started. */
  const noProcess = { PATH: join(folder, 'no-process') }
  mkdirSync(noProcess.PATH)
  writeFileSync(join(noProcess.PATH, 'ssh'), `#!/bin/sh\n: >${folder}/started\n`, { mode: 0o755 })
  const refusedAtOnce = async (ssh: SshOptions) => {
    await assert.rejects(resolveMachine(machine('x', ssh), noProcess), { name: 'RemoteError', phase: 'resolve' })
    assert.ok(!existsSync(join(folder, 'started')))
  }
  const environment = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` }

  writeFileSync(join(folder, 'config.d/one'), 'Host included\n  HostName 10.9.9.9\n  User included-user\n')
  writeFileSync(
    config,
    `Include ${folder}/config.d/*
Host core-*.example !core-9.example
  User deploy
  Port 2201
Host tokens
  HostName %h.example.com
  HostKeyAlias alias
  IdentityFile ~/.ssh/%h_%r_%p_%k_%n
  IdentityFile \${FLEET}/%C
  IdentityFile /of/%d/%i/%L/%l/%u/%%h
  UserKnownHostsFile ${folder}/known/%k ~/%u
Host mixed
  IdentityFile /%r
  PreferredAuthentications password,hostbased,publickey
  GlobalKnownHostsFile none
  ConnectTimeout 3
  AddressFamily inet6
Host spaces
  UserKnownHostsFile "${folder}/h o/known" ~/known "${folder}/%k of %u"
  GlobalKnownHostsFile "${folder}/h o/global" /etc/known
  IdentityFile "${folder}/h o/id"
  CertificateFile "${folder}/h o/id cert"
  RevokedHostKeys "${folder}/h o/revoked"
  IdentityAgent "${folder}/h o/agent"
Host relative-known
  UserKnownHostsFile o/known
Host relative-known-behind
  UserKnownHostsFile ${folder}/config o/known
Host relative-global
  GlobalKnownHostsFile o/known
Host relative-revoked
  RevokedHostKeys o/revoked
Host relative-identity
  IdentityFile o/id
Host relative-certificate
  CertificateFile o/id-cert.pub
Host relative-agent
  IdentityAgent o/agent
Host relative-provider
  PKCS11Provider o/token.so
Host named-provider
  PKCS11Provider opensc-pkcs11.so
Host home-provider
  PKCS11Provider ~/token.so
Host provider
  PKCS11Provider /o/token.so
Host token
  IdentityFile pkcs11:id=%01?module-path=/o/token.so
  IdentityFile /b
Host dash-user
  User -oProxyCommand=id
Host shell-user
  User a;id
Host domain-user
  User DOMAIN\\alice
Host dash-jump
  ProxyJump a,-%n
Host dash-jump-user
  ProxyJump -l@b
Match user operator
  Port 2202
Match host exact exec "test -e ${folder}/config"
  Port 2203
Match host endless exec "echo $$ > ${folder}/endless; exec sleep 600"
  Port 2204
Host pattern-name
  HostName *
Host pattern-alias
  HostKeyAlias core-?
Host jumps
  ProxyJump one,two:2222
Host *.behind !three.behind
  ProxyJump %r@bastion-of-%n:22
Host command
  ProxyCommand nc %h %p
Host several
  IdentityFile ~/.ssh/a
  IdentityFile /b
  IdentitiesOnly yes
Host *
  User everybody
`,
  )

  for (const [host, ssh] of [
    ['included', {}],
    ['core-1.example', {}],
    ['core-9.example', {}],
    ['tokens', {}],
    ['exact', {}],
    ['anything', { user: 'operator' }],
    ['anything', { port: 2299 }],
    ['several', {}],
    ['jumps', {}],
    ['three.behind', {}],
    ['command', {}],
    ['10.0.0.1', {}],
    ['2001:db8::1', {}],
  ] as const)
    test(`for ${host} ${JSON.stringify(ssh)}: as ssh itself would connect`, async () => {
      const settings = await resolveMachine(machine(host, ssh), environment)
      const args = [
        '-F',
        config,
        '-G',
        ...('user' in ssh ? ['-l', ssh.user] : []),
        ...('port' in ssh ? ['-p', `${ssh.port}`] : []),
      ]
      const output = execFileSync(real ?? '', [...args, host], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const one = (keyword: string) => new RegExp(`^${keyword} (.*)$`, 'm').exec(output)?.[1]
      assert.deepEqual(
        [
          settings.hostName,
          String(settings.port),
          settings.user,
          settings.hostKeyAlias,
          settings.proxyJump,
          settings.proxyCommand,
        ],
        [one('hostname'), one('port'), one('user'), one('hostkeyalias'), one('proxyjump'), one('proxycommand')],
      )
    })

  for (const [host, ssh] of [
    ['tokens', {}],
    ['tokens', { user: 'operator', port: 2299 }],
    ['mixed', { user: 'alice' }],
    ['several', {}],
  ] as const)
    test(`for ${host} ${JSON.stringify(ssh)}: with the identity files that ssh itself would try`, async () => {
      const own = { ...environment, FLEET: '/fleet' }
      const { identityFiles } = await resolveMachine(machine(host, ssh), own)
      const options = ['-l', 'user' in ssh ? ssh.user : 'everybody', ...('port' in ssh ? ['-p', `${ssh.port}`] : [])]
      // It gets as far as its keys, and no further.
      const { stderr } = spawnSync(real ?? '', ['-v', '-F', config, '-o', 'ProxyCommand=false', ...options, host], {
        encoding: 'utf8',
        env: own,
      })
      const theirs = [...stderr.matchAll(/^debug1: identity file (.*) type -?\d+\r?$/gm)].map(([, path = '']) => path)
      assert.deepEqual(
        identityFiles,
        theirs.filter(path => !path.endsWith('-cert')).map(path => resolve(path)),
      )
      assert.ok(theirs.length > 0)
    })

  test('with tokens in known_hosts files and jump hosts', async () => {
    const { knownHostsFiles } = await resolveMachine(machine('tokens'), environment)
    assert.deepEqual(knownHostsFiles, [join(folder, 'known/alias'), join(account, userInfo().username)])
    const { proxyJump } = await resolveMachine(machine('one.behind', { user: 'alice' }), environment)
    assert.equal(proxyJump, 'alice@bastion-of-one.behind:22')
  })

  test('with spaces in its paths', async () => {
    const settings = await resolveMachine(machine('spaces'), environment)
    const own = join(folder, 'h o')
    assert.deepEqual(settings.knownHostsFiles, [
      join(own, 'known'),
      join(account, 'known'),
      join(folder, `spaces of ${userInfo().username}`),
    ])
    assert.deepEqual(settings.globalKnownHostsFiles, [join(own, 'global'), '/etc/known'])
    assert.deepEqual(settings.identityFiles, [join(own, 'id')])
    assert.deepEqual(settings.certificateFiles, [join(own, 'id cert')])
    assert.deepEqual([settings.revokedHostKeysFile, settings.agent], [join(own, 'revoked'), join(own, 'agent')])
  })

  for (const [what, keyword] of [
    ['known', 'UserKnownHostsFile'],
    ['known-behind', 'UserKnownHostsFile'],
    ['global', 'GlobalKnownHostsFile'],
    ['revoked', 'RevokedHostKeys'],
    ['identity', 'IdentityFile'],
    ['certificate', 'CertificateFile'],
    ['agent', 'IdentityAgent'],
  ] as const)
    test(`and a relative path is not looked for in the current folder: ${what}`, () =>
      assert.rejects(resolveMachine(machine(`relative-${what}`), environment), {
        name: 'RemoteError',
        phase: 'resolve',
        message: new RegExp(`^${keyword} in ssh's configuration`),
      }))

  for (const host of ['relative-provider', 'named-provider', 'home-provider'])
    test(`nor a library that ssh runs, for which it knows no home: ${host}`, () =>
      assert.rejects(resolveMachine(machine(host), environment), {
        name: 'RemoteError',
        phase: 'resolve',
        message: /^PKCS11Provider in ssh's configuration is the relative path /,
        remedy: /^Make it absolute/,
      }))

  for (const [host, ...expected] of [
    ['provider', '/o/token.so', false, ['.ssh/id_rsa', '.ssh/id_ecdsa']],
    // As the ssh of Fedora takes it. It may hold a PIN, and is no path.
    ['token', undefined, true, ['/b']],
    ['several', undefined, false, ['.ssh/a', '/b']],
  ] as const)
    test(`with the keys that are on a token: ${host}`, async () => {
      const { pkcs11Provider, namesTokenKey, identityFiles } = await resolveMachine(machine(host), environment)
      const [provider, isNamed, files] = expected
      assert.deepEqual(
        [pkcs11Provider, namesTokenKey, identityFiles.slice(0, 2)],
        [provider, isNamed, files.map(path => resolve(account, path))],
      )
    })

  test('with the ways to log in, their order, and what else counts', async () => {
    const { ways, globalKnownHostsFiles, connectTimeout, addressFamily } = await resolveMachine(
      machine('mixed'),
      environment,
    )
    assert.deepEqual(
      [ways, globalKnownHostsFiles, connectTimeout, addressFamily],
      [['password', 'publickey'], [], 3, 'inet6'],
    )
  })

  test('what the configuration means is what is expected of it', async () => {
    const port = async (host: string, ssh: SshOptions = {}) =>
      (await resolveMachine(machine(host, ssh), environment)).port
    assert.deepEqual(
      [
        await port('core-1.example'),
        await port('core-9.example'),
        await port('exact'),
        await port('x', { user: 'operator' }),
      ],
      [2201, 22, 2203, 2202],
    )
  })

  for (const [what, given] of [
    ['a host', 'core-*'],
    ['a host', 'a,b'],
    ['a host', '!a'],
    ['a host name', 'pattern-name'],
    ['an alias for known_hosts', 'pattern-alias'],
  ] as const)
    test(`${what} that would stand for others in known_hosts is refused: ${given}`, async () => {
      await assert.rejects(resolveMachine(machine(given), environment), { name: 'RemoteError', phase: 'resolve' })
    })

  test('a configuration that ssh refuses is said with its own words', async () => {
    const broken = join(folder, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'config'), 'Nonsense yes\n')
    writeFileSync(join(broken, 'ssh'), `#!/bin/sh\nexec ${real} -F ${broken}/config "$@"\n`, { mode: 0o755 })
    await assert.rejects(resolveMachine(machine('x'), { PATH: broken }), {
      name: 'RemoteError',
      phase: 'resolve',
      message: /Bad configuration option: nonsense/,
    })
  })

  for (const [what, phrase, end] of [
    ['takes too long', /^ssh did not resolve endless within 15 s\.$/, () => mock.timers.tick(15_000)],
    ['nobody waits for any more', /^The session has ended\.$/, (session: AbortController) => session.abort()],
  ] as const)
    test(`a configuration that ${what} is given up, and what it runs is ended`, async () => {
      mock.timers.enable({ apis: ['setTimeout'] })
      try {
        const session = new AbortController()
        const resolving = resolveMachine(machine('endless'), environment, session.signal)
        const refused = assert.rejects(resolving, { name: 'RemoteError', phase: 'resolve', message: phrase })
        const pid = await writtenTo(join(folder, 'endless'))
        end(session)
        await refused
        await hasEnded(pid)
      } finally {
        mock.timers.reset()
      }
    })

  test('nothing is started for somebody who has gone already', () =>
    assert.rejects(resolveMachine(machine('x'), { PATH: '/nowhere' }, AbortSignal.abort()), {
      name: 'RemoteError',
      phase: 'resolve',
    }))

  test('without an ssh there is none to ask', async () => {
    const settings = await resolveMachine(machine('core-1.example', { user: 'bob' }), {
      PATH: join(folder, 'config.d'),
    })
    assert.deepEqual([settings.hostName, settings.port, settings.user], ['core-1.example', 22, 'bob'])
  })

  for (const host of ['dash-user', 'shell-user', 'dash-jump', 'dash-jump-user'])
    test(`what ssh's configuration says is refused too before anything connects: ${host}`, () =>
      assert.rejects(resolveMachine(machine(host), environment), { name: 'RemoteError', phase: 'resolve' }))

  test('a user of a domain is one', async () =>
    assert.equal((await resolveMachine(machine('domain-user'), environment)).user, String.raw`DOMAIN\alice`))

  for (const proxyJump of [
    'a,-oProxyCommand=x',
    '-oProxyCommand=x,a',
    'a,-l@b',
    'a,b@-oProxyCommand=x',
    'ssh://-l@b',
    'ssh://-b',
    'a,[-b]:22',
    'a,,b',
    'a,b;id',
    'a,\u001bb',
  ])
    test(`${JSON.stringify(proxyJump)} is refused as jump hosts before any process starts`, () =>
      refusedAtOnce({ proxyJump }))

  for (const path of ['', '-F', '/a\nb', '/a\0b', '/a\u001b[2J', '/a\u007f'])
    test(`${JSON.stringify(path)} is refused as a path before any process starts`, async () => {
      await refusedAtOnce({ identityFile: path })
      await refusedAtOnce({ knownHostsFile: path })
    })

  for (const host of [
    '-oProxyCommand=id',
    '--',
    'a b',
    'a\nb',
    'a\0b',
    '',
    '$(id)',
    '`id`',
    'a;b',
    'a|b',
    "a'b",
    'a&b',
  ])
    test(`${JSON.stringify(host)} is refused as a host, a user and a jump host before any process starts`, async () => {
      await assert.rejects(resolveMachine(machine(host), noProcess), { name: 'RemoteError', phase: 'resolve' })
      await refusedAtOnce({ user: host })
      await refusedAtOnce({ proxyJump: host })
    })
})
