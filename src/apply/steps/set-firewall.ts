import type { SetFirewallStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** Lets only some addresses open connections to the workers' ports; if the script fails, it restores what it found. */
export const setFirewall: Carry<SetFirewallStep> = async ({ server, tool, ports, sources }, context) =>
  (
    await runChange(context, server, 'firewall', [tool, ports.join(','), sources.join(',')], {
      timeoutMilliseconds: 120_000,
    })
  ).result
