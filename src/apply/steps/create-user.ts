import type { CreateUserStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** Creates the system user that workers run as. */
export const createUser: Carry<CreateUserStep> = async ({ server, user, group, home }, context) =>
  (await runChange(context, server, 'create-user', [user, group, home], { timeoutMilliseconds: 60_000 })).result
