import type { ReloadStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** `nginx -t` and, if it passes, `systemctl reload nginx`. */
export const reload: Carry<ReloadStep> = async (step, context) =>
  (await runChange(context, step.server, 'reload', [], { timeoutMilliseconds: 120_000 })).result
