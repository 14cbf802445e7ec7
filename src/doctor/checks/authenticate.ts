import { type Check, everyMachine } from '../check'
import { judgeOpening } from '../opening'

/** It lets the user in. */
export const authenticate: Check = {
  name: 'authenticate',
  stage: 'open',
  needs: ['verify'],
  concerns: everyMachine,
  judge: evidence => judgeOpening(evidence, 'authenticate', `${evidence.resolved?.user ?? 'the user'} is let in`),
}
