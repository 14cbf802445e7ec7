import type { Confirm } from './confirm'

/** A confirmation that tests answer: VS Code refuses modals while tests drive the editor. Unanswered, it says no. */
export interface ConfirmForTests {
  readonly confirm: Confirm
  /** Sets the answer from now on. */
  answerBy(answer: Confirm): void
}

/** Creates one; the extension has it only in VS Code's test mode. */
export function confirmForTests(): ConfirmForTests {
  const state: { answer: Confirm } = { answer: async () => 'stop' }
  return {
    confirm: (plan, operation) => state.answer(plan, operation),
    answerBy: answer => {
      state.answer = answer
    },
  }
}
