import type { DaemonReloadStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** `systemctl daemon-reload`. */
export const daemonReload: Carry<DaemonReloadStep> = async ({ server }, context) =>
  (await runChange(context, server, 'daemon-reload', [], { timeoutMilliseconds: 120_000 })).result
