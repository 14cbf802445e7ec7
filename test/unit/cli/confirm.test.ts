import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { applyPlan } from '../../../src/apply/apply-plan'
import { prepare } from '../../../src/apply/session'
import { readArguments } from '../../../src/cli/arguments'
import { Console } from '../../../src/cli/console'
import { run } from '../../../src/cli/run'
import { operations } from '../../../src/plan/operations'
import { plainText, type StyledLine } from '../../../src/plan/styled-text'
import { createConnections } from '../../../src/remote/connections'
import { demoDirectory } from './demo-directory'

// What becomes of a plan that somebody looks at for a while before confirming it.

const { file } = demoDirectory()

/** Somebody at a terminal who does something before each answer. */
class Somebody extends Console {
  said = ''
  readonly #answer: (question: string) => Promise<string>

  constructor(answer: (question: string) => Promise<string>) {
    super(process)
    this.#answer = answer
  }
  override get interactive(): boolean {
    return true
  }
  override lines(lines: readonly StyledLine[]): void {
    this.said += plainText(lines)
  }
  override note(lines: readonly StyledLine[]): void {
    this.said += plainText(lines)
  }
  override ask(question: string): Promise<string> {
    this.said += `${question}\n`
    return this.#answer(question)
  }
}

/** Another operator, with a fleet.yaml of their own. */
async function somebodyElse(name: string, given: object, text: string): Promise<void> {
  const connections = createConnections({ prompts: { trustHostKey: async () => false, secret: async () => undefined } })
  const operation = operations.find(candidate => candidate.name === name)
  assert.ok(operation)
  const { plan, fleet, planAgain } = await prepare(operation, given, { path: file, text, connections })
  const outcome = await applyPlan(plan, {
    ...{ fleet, connections, planAgain },
    signal: new AbortController().signal,
    owner: 'bob@desk',
    onEvent: () => {},
  })
  await connections.dispose()
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
}

const reload = () => {
  const command = readArguments(['run', 'reload', file])
  assert.ok(command.name === 'run')
  return command
}

test('what somebody else has changed meanwhile is not overwritten: nothing is touched, and the new plan is shown', async () => {
  const text = readFileSync(file, 'utf8')
  const console = new Somebody(async () => {
    await somebodyElse('reload', {}, text.replace('keepalive: 32', 'keepalive: 64'))
    return 'y'
  })
  assert.equal(await run(reload(), console), 3)
  const [before = '', after = ''] = console.said.split('Carry this out?')
  assert.match(before, /\+ server 10\.20\.0\.13:8004;/)
  assert.match(after, /^Refused after .*\n.*so nothing was changed\n.*review the current plan/m)
  assert.match(after, /- keepalive 64;\n *\+ keepalive 32;/)
  assert.doesNotMatch(after, /\[1\/1\]/)
})
