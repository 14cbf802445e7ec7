import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { judgeHostKey, knownHostsNames, knownKeyTypes, parseKnownHosts } from '../../../src/remote/known-hosts'
import { temporaryFolder } from '../../quick/folder'
import { makeKey, publicKey } from '../../quick/keys'
import { programPath } from '../../quick/server-process'

suite('known_hosts', { skip: programPath('ssh-keygen') ? false : 'ssh-keygen is not installed' }, () => {
  const folder = temporaryFolder()
  const own = publicKey(makeKey(join(folder, 'own')))
  const other = publicKey(makeKey(join(folder, 'other')))
  const ecdsa = publicKey(makeKey(join(folder, 'ecdsa'), { type: 'ecdsa' }))
  const wire = (key: string) => Buffer.from(key.split(' ')[1] ?? '', 'base64')

  /** As `ssh-keygen -H` hashes it. */
  function hashed(line: string): string {
    const file = join(folder, 'hashed')
    writeFileSync(file, `${line}\n`)
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' })
    return readFileSync(file, 'utf8').trim()
  }

  const judge = (lines: readonly string[], host: string, port = 22, key = own, alias?: string) => {
    const verdict = judgeHostKey(
      parseKnownHosts(lines.join('\n'), 'known'),
      knownHostsNames(host, port, alias),
      wire(key),
    )
    return 'entry' in verdict ? `${verdict.kind} ${verdict.entry.line}` : verdict.kind
  }

  const table: readonly (readonly [
    what: string,
    verdict: string,
    lines: readonly string[],
    host: string,
    port?: number,
    key?: string,
  ])[] = [
    ['nothing', 'unknown', [], 'core-1'],
    ['a name', 'known', [`core-1 ${own}`], 'core-1'],
    ['a name in other letters', 'known', [`Core-1 ${own}`], 'CORE-1'],
    ['one of several names', 'known', [`a,core-1,10.0.0.1 ${own}`], 'core-1'],
    ['an address', 'known', [`10.0.0.1 ${own}`], '10.0.0.1'],
    ['an IPv6 address', 'known', [`2001:db8::1 ${own}`], '2001:db8::1'],
    ['an IPv6 address on another port', 'known', [`[2001:db8::1]:2222 ${own}`], '2001:db8::1', 2222],
    ['a name with a comment behind', 'known', [`core-1 ${own} added by hand`], 'core-1'],
    ['tabs', 'known', [`core-1\t${own.replace(' ', '\t')}`], 'core-1'],
    ['CRLF', 'known', [`core-1 ${own}\r`], 'core-1'],
    ['another host', 'unknown', [`core-2 ${own}`], 'core-1'],
    ['another port', 'known', [`[core-1]:2222 ${own}`], 'core-1', 2222],
    ['a port that is not asked for', 'unknown', [`[core-1]:2222 ${own}`], 'core-1'],
    ['the name without its port, and the same key', 'known', [`core-1 ${own}`], 'core-1', 2222],
    ['the name without its port, and another key', 'unknown', [`core-1 ${other}`], 'core-1', 2222],
    ['a pattern', 'known', [`*.example.com ${own}`], 'core-1.example.com'],
    ['a pattern that does not match', 'unknown', [`*.example.com ${own}`], 'example.com'],
    ['a pattern of one letter', 'known', [`core-? ${own}`], 'core-1'],
    ['a pattern of one letter for two', 'unknown', [`core-? ${own}`], 'core-12'],
    ['a dot that is only a dot', 'unknown', [`core.1 ${own}`], 'core-1'],
    ['a pattern with its exception', 'unknown', [`core-*,!core-1 ${own}`], 'core-1'],
    ['an exception for another', 'known', [`core-*,!core-2 ${own}`], 'core-1'],
    ['only an exception', 'unknown', [`!core-2 ${own}`], 'core-1'],
    ['another key', 'changed 1', [`core-1 ${other}`], 'core-1'],
    ['another key of the same kind among others', 'changed 2', [`core-1 ${ecdsa}`, `core-1 ${other}`], 'core-1'],
    ['only a key of another kind', 'changed 1', [`core-1 ${ecdsa}`], 'core-1'],
    ['two keys, one of them the right one', 'known', [`core-1 ${other}`, `core-1 ${own}`], 'core-1'],
    ['a revoked key', 'revoked 2', [`core-1 ${own}`, `@revoked core-1 ${own}`], 'core-1'],
    ['a key that is revoked everywhere', 'revoked 1', [`@revoked * ${own}`], 'core-1'],
    ['a revoked key of another', 'unknown', [`@revoked core-1 ${other}`], 'core-1'],
    ['an authority, which is no host key', 'unknown', [`@cert-authority core-1 ${own}`], 'core-1'],
    ['a marker that nobody knows', 'unknown', [`@trusted core-1 ${own}`], 'core-1'],
    ['a comment', 'unknown', [`# core-1 ${own}`], 'core-1'],
    ['half a line', 'unknown', ['core-1 ssh-ed25519', 'core-1'], 'core-1'],
    ['rubbish', 'unknown', ['\0\0\0', '|1|', '|1|x|y z w', '@', '@revoked'], 'core-1'],
  ]

  for (const [what, verdict, lines, host, port, key] of table)
    test(`${what}: ${verdict}`, () => assert.equal(judge(lines, host, port, key), verdict))

  for (const [what, name, host, port] of [
    ['a hashed name', 'core-1', 'core-1', 22],
    ['a hashed name with a port', '[core-1]:2222', 'core-1', 2222],
    ['a hashed address', '2001:db8::1', '2001:db8::1', 22],
  ] as const) {
    const line = hashed(`${name} ${own}`)
    test(`${what}: known`, () => {
      assert.match(line, /^\|1\|/)
      assert.equal(judge([line], host, port), 'known')
    })
    test(`${what}, for another host: unknown`, () => assert.equal(judge([line], 'core-9', port), 'unknown'))
    test(`${what}, with another key: changed`, () => assert.equal(judge([line], host, port, other), 'changed 1'))
  }

  test('an alias stands for the name and the port', () => {
    assert.equal(judge([`fleet ${own}`], 'core-1', 2222, own, 'fleet'), 'known')
    assert.equal(judge([`core-1 ${own}`], 'core-1', 2222, own, 'fleet'), 'unknown')
  })

  test('the kinds of key that are known for a host are told, those of its own name first', () => {
    const entries = parseKnownHosts(`core-1 ${own}\n[core-1]:2222 ${ecdsa}\n@revoked core-1 ${other}`, 'known')
    assert.deepEqual(knownKeyTypes(entries, knownHostsNames('core-1', 2222)), ['ecdsa-sha2-nistp256', 'ssh-ed25519'])
  })

  test('ssh-keygen -F finds what is found here', () => {
    const file = join(folder, 'both')
    const found = (host: string) => {
      try {
        return execFileSync('ssh-keygen', ['-F', host, '-f', file], { encoding: 'utf8' }) !== ''
      } catch {
        return false
      }
    }
    for (const [, , lines, host, port] of table) {
      writeFileSync(file, `${lines.join('\n')}\n`)
      const entries = parseKnownHosts(lines.join('\n'), 'known')
      const [name] = knownHostsNames(host, port ?? 22)
      const marked = lines.some(line => line.startsWith('@'))
      if (!marked) assert.equal(knownKeyTypes(entries, [name]).length > 0, found(name), JSON.stringify(lines))
    }
  })
})
