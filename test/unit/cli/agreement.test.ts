import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAgreed } from '../../../src/cli/agreement'
import type { Plan } from '../../../src/plan/plan'
import { plainText, type StyledLine } from '../../../src/plan/styled-text'

const planWith = (...questions: readonly string[]): Plan => ({
  operation: 'rolling-restart',
  fleet: 'f',
  title: 'Rolling restart',
  edits: [],
  steps: [],
  warnings: [],
  questions,
  refusals: [],
})
const calm = planWith()
const full = planWith('40 calls are active now: new calls may be refused')

/** At a terminal with these answers, one after the other; without a terminal if there are none. */
async function agree(given: { yes?: boolean; lessRoom?: boolean }, plan: Plan, answers?: readonly string[]) {
  const asked: string[] = []
  const noted: StyledLine[] = []
  const agreed = await isAgreed({ yes: given.yes ?? false, lessRoom: given.lessRoom ?? false }, plan, {
    interactive: answers !== undefined,
    ask: async question => {
      asked.push(question)
      return answers?.[asked.length - 1]
    },
    note: lines => noted.push(...lines),
  })
  return { agreed, asked: asked.length, noted: plainText(noted) }
}

test('what a plan asks needs a yes of its own', async () => {
  const table = [
    [{ yes: true }, calm, undefined, 'yes', 0],
    [{ yes: true }, full, undefined, 'unasked', 0],
    [{ yes: true, lessRoom: true }, full, undefined, 'yes', 0],
    [{ yes: true, lessRoom: true }, calm, undefined, 'yes', 0],
    [{}, calm, ['y'], 'yes', 1],
    [{}, calm, ['n'], 'no', 1],
    [{}, calm, [''], 'no', 1],
    [{}, full, ['yes', 'Y'], 'yes', 2],
    [{}, full, ['n'], 'no', 1],
    [{}, full, ['y', 'n'], 'no', 2],
    [{}, full, [], 'no', 1],
    [{ yes: true }, full, ['y'], 'yes', 1],
    [{ lessRoom: true }, full, ['y'], 'yes', 1],
  ] as const
  for (const [given, plan, answers, agreed, asked] of table) {
    const said = await agree(given, plan, answers)
    assert.deepEqual([said.agreed, said.asked], [agreed, asked], JSON.stringify([given, plan.questions, answers]))
  }
})

test('where nobody can be asked, it says what would do', async () => {
  const { noted } = await agree({ yes: true }, full)
  assert.match(noted, /^Refused: .*Nothing was changed\.\nwhat to do: .*max_active_calls.*--less-room/)
})
