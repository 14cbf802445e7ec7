import type { SetVariableStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** Sets one variable of the env file and leaves every other byte unchanged. */
export const setVariable: Carry<SetVariableStep> = async ({ server, file, variable, value }, context) =>
  (await runChange(context, server, 'set-variable', [file, variable, value], { timeoutMilliseconds: 60_000 })).result
