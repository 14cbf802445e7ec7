import type { SetFirewallStep } from '../../plan/plan'
import { runChange } from '../run-change'
import type { Carry } from '../step-context'

/** Lets only some addresses begin connections to the workers' ports; the script puts back what it found if it fails. */
export const setFirewall: Carry<SetFirewallStep> = async ({ server, tool, ports, sources }, context) =>
  (
    await runChange(context, server, 'firewall', [tool, ports.join(','), sources.join(',')], {
      timeoutMilliseconds: 120_000,
    })
  ).result
