import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { scriptNames, scriptText } from '../../../src/remote/scripts'
import guardian from '../../../src/remote/scripts/guardian.sh'
import { programPath } from '../../quick/server-process'

/** The shells that a server's `sh` may be; each that this machine has reads every script. */
const shells = [
  { name: 'dash', args: ['-n'] },
  { name: 'bash', args: ['--posix', '-n'] },
  { name: 'busybox', args: ['sh', '-n'] },
  { name: 'mksh', args: ['-n'] },
]

const shellcheck = programPath('shellcheck')

/** Not that a function or variable is unused: scripts share what they stand on, and not each uses all of it. */
function complaintsOf(text: string): string {
  const args = ['--shell=sh', '--format=gcc', '--exclude=SC2317,SC2034', '-']
  return spawnSync(shellcheck ?? '', args, { input: text, encoding: 'utf8' }).stdout
}

test('the guardian is clean for shellcheck', { skip: shellcheck ? false : 'shellcheck is not installed' }, () => {
  assert.equal(complaintsOf(guardian), '')
})

for (const script of scriptNames) {
  test(`${script} begins with its name, by which it is recognised`, () => {
    assert.equal(scriptText(script).split('\n')[0], `# fleet-ops: ${script}`)
  })

  test(`${script} says how it is called`, () => {
    assert.match(scriptText(script), new RegExp(`^#   ${script}( |$)`, 'm'))
  })

  for (const { name, args } of shells) {
    const program = programPath(name)
    test(`${script} is a script for ${name}`, { skip: program ? false : `${name} is not installed` }, () => {
      execFileSync(program ?? '', args, { input: scriptText(script), stdio: ['pipe', 'pipe', 'pipe'] })
    })
  }

  test(`${script} is clean for shellcheck`, { skip: shellcheck ? false : 'shellcheck is not installed' }, () => {
    assert.equal(complaintsOf(scriptText(script)), '')
  })

  test(`${script} keeps nothing in /tmp, which may be full, or anybody's`, () => {
    assert.doesNotMatch(scriptText(script), /\/tmp\b|mktemp|TMPDIR/)
  })

  test(`${script} cut off on its way does nothing at all`, () => {
    const text = scriptText(script)
    // A shell reads its script line by line: what a broken connection leaves of it must not begin to run.
    const lines = text.split('\n')
    for (let count = 1; count < lines.length - 2; count++) {
      const { status, output } = runCut(lines.slice(0, count).join('\n'))
      assert.equal(output, '', `the first ${count} lines of ${script} (exit ${status})`)
    }
  })
}

/** Runs a piece of a script where every change would show: with no PATH at all, so that any command says `not found`. */
function runCut(text: string): { status: number; output: string } {
  try {
    const output = execFileSync('/bin/dash', ['-s', '--', 'a', 'b', 'c', 'd', 'e', 'f'], {
      input: text,
      env: {},
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return { status: 0, output }
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string }
    const said = stderr.split('\n').filter(line => line !== '' && !/[Ss]yntax error|[Uu]nterminated/.test(line))
    return { status, output: stdout + said.join('\n') }
  }
}
