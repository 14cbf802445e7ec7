import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Machine, SshOptions } from '../../../src/fleet/fleet'
import { parseConfiguration, settingsOf } from '../../../src/remote/machine-settings'
import { resolveMachine } from '../../../src/remote/resolve'
import { temporaryFolder } from '../../quick/folder'
import { programPath } from '../../quick/server-process'

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
      identityFiles: [join(homedir(), '.ssh/one'), '/keys/two'],
      identitiesOnly: true,
      agent: '/run/agent',
      without: ['password'],
      knownHostsFiles: [join(homedir(), '.ssh/known_hosts'), '/etc/known'],
      globalKnownHostsFiles: [],
      hostKeyAlias: 'fleet',
      proxyJump: 'bastion',
      proxyCommand: undefined,
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
    assert.deepEqual(settings.identityFiles[2], join(homedir(), '.ssh/id_ed25519'))
    assert.deepEqual(settings.agent, undefined)
  })

  for (const [identityAgent, agent] of [
    ['none', undefined],
    ['SSH_AUTH_SOCK', '/run/agent'],
    ['$OTHER', '/run/other'],
    ['~/agent', join(homedir(), 'agent')],
    ['/a/b', '/a/b'],
  ] as const)
    test(`IdentityAgent ${identityAgent}`, () => {
      const configuration = parseConfiguration(`identityagent ${identityAgent}`)
      const environment = { SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other' }
      assert.equal(settingsOf(machine('x'), configuration, environment).agent, agent)
    })
})

suite('ssh -G is asked', { skip: programPath('ssh') ? false : 'ssh is not installed' }, () => {
  const folder = temporaryFolder()
  // ssh takes its own home from the user database, so that a test gives it a configuration as an ssh on PATH of its own.
  const config = join(folder, 'config')
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'config.d'))
  const real = programPath('ssh')
  writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nexec ${real} -F ${config} "$@"\n`, { mode: 0o755 })
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
  HostKeyAlias alias-of-%h
Match user operator
  Port 2202
Match host exact exec "test -e ${folder}/config"
  Port 2203
Host jumps
  ProxyJump one,two:2222
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
      const output = execFileSync(real ?? '', [...args, host], { encoding: 'utf8' })
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

  test('without an ssh there is none to ask', async () => {
    const settings = await resolveMachine(machine('core-1.example', { user: 'bob' }), {
      PATH: join(folder, 'config.d'),
    })
    assert.deepEqual([settings.hostName, settings.port, settings.user], ['core-1.example', 22, 'bob'])
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
      const noProcess = { PATH: '/nowhere' }
      for (const refused of [machine(host), machine('x', { user: host }), machine('x', { proxyJump: host })])
        await assert.rejects(resolveMachine(refused, noProcess), { name: 'RemoteError', phase: 'resolve' })
    })
})
