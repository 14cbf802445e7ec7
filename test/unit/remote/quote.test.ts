import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { quoteArgument } from '../../../src/remote/quote'
import { programPath } from '../../quick/server-process'

/** Login shells, and how sshd has each run a command line: `SHELL -c LINE`. */
const shells = [
  { name: 'sh', args: ['-c'] },
  { name: 'dash', args: ['-c'] },
  { name: 'bash', args: ['-c'] },
  { name: 'busybox', args: ['sh', '-c'] },
  { name: 'mksh', args: ['-c'] },
  { name: 'zsh', args: ['-f', '-c'] },
  { name: 'fish', args: ['--no-config', '-c'] },
  { name: 'tcsh', args: ['-f', '-c'] },
]

const awkward = [
  '',
  ' ',
  '-n',
  '--',
  '~',
  '~root',
  '=ls',
  '%self',
  '*',
  '$HOME',
  '`id`',
  '$(id)',
  '!!',
  '!',
  "it's",
  "'",
  "''",
  '\\',
  '\\\\',
  "\\'",
  '\\n',
  '"',
  'a"b',
  '#comment',
  'a;b',
  'a&&b',
  'a|b',
  '<a>',
  '{a,b}',
  '(a)',
  '[a]',
  'ä€😀',
  '/etc/nginx/conf.d/a b.conf',
  'c2VydmVyIHsgfQ==',
]

/** What a shell gives on: one argument a line, in hexadecimal, so that nothing in between can change it. */
function givenOn(program: string, args: readonly string[], values: readonly string[]): string[] {
  const print = 'for value do printf %s "$value" | od -An -v -tx1 | tr -d " \\n"; echo; done'
  const line = `sh -c ${quoteArgument(print)} sh ${values.map(quoteArgument).join(' ')}`
  const output = execFileSync(program, [...args, line], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/' },
  })
  return output
    .trimEnd()
    .split('\n')
    .map(hex => Buffer.from(hex, 'hex').toString('utf8'))
}

for (const { name, args } of shells) {
  const program = programPath(name)
  const skip = program ? false : `${name} is not installed`

  test(`${name} gives awkward arguments on as they are`, { skip }, () => {
    // The last one keeps an empty one before it from being trimmed away.
    assert.deepEqual(givenOn(program ?? '', args, [...awkward, 'end']), [...awkward, 'end'])
  })

  test(`${name} gives any arguments on as they are`, { skip }, () => {
    const character = fc.constantFrom(...'\'"\\!$`~#*?[]{}()<>|&;=%^@:, -ax0\u00e4\u20ac')
    const values = fc.array(fc.string({ unit: character, maxLength: 12 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(values, given => {
        assert.deepEqual(givenOn(program ?? '', args, [...given, 'end']), [...given, 'end'])
      }),
      { numRuns: 25 },
    )
  })

  test(`${name} gives a long argument on`, { skip }, () => {
    const long = 'c2VydmVy'.repeat(12_000)
    const line = `sh -c ${quoteArgument('printf %s "$1" | wc -c')} sh ${quoteArgument(long)}`
    assert.equal(Number(execFileSync(program ?? '', [...args, line], { encoding: 'utf8' })), long.length)
  })
}

for (const bad of ['a\nb', 'a\rb', 'a\0b', '\u001b[0m', '\t', '\u007f'])
  test(`${JSON.stringify(bad)} is refused`, () => {
    assert.throws(() => quoteArgument(bad), RangeError)
  })
