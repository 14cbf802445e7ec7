import { setTimeout as wait } from 'node:timers/promises'
import { t } from '@vscode/l10n'
import type { DeregisterStep, RegisterStep } from '../../plan/plan'
import { whyUnhealthy } from '../../voxbridge/base-url-health'
import { changeFleetUrls, type UrlChange } from '../../voxbridge/fleet-urls'
import { ApplyError, Cancelled } from '../apply-error'
import { eitherSignal } from '../either-signal'
import type { Carry, StepContext } from '../step-context'
import { unlessCancelled } from '../unless-cancelled'

/** Tells VoxBridge base URLs, once each of them is healthy as VoxBridge sees it. */
export const register: Carry<RegisterStep> = async (step, context) => {
  for (const url of step.urls) {
    context.say(step.server, t('asking {0}/health/fleet, as VoxBridge does', url))
    const why = await unlessCancelled(whyUnhealthy(url, context.cancel), context.cancel)
    if (why !== undefined)
      throw new ApplyError(step.server, t('VoxBridge would call {0} unhealthy: {1}. It was not registered', url, why), {
        remedy: t('check that the URL leads to the workers, through every firewall and proxy'),
      })
  }
  return change(step, { add: step.urls }, context)
}

/** Takes base URLs out of VoxBridge's list. */
export const deregister: Carry<DeregisterStep> = (step, context) => change(step, { remove: step.urls }, context)

async function change(step: RegisterStep | DeregisterStep, urls: UrlChange, context: StepContext) {
  const access = await unlessCancelled(context.voxbridge(step.voxbridge), context.cancel)
  const end = eitherSignal(context.abandon, context.limits.change)
  const sleep = (milliseconds: number) => wait(milliseconds, undefined, { signal: end.signal })
  try {
    return await changeFleetUrls(access, urls, { sleep, signal: end.signal })
  } catch (error) {
    throw end.signal.aborted
      ? new Cancelled(t('it is not known whether that was done: {0} did not answer', step.voxbridge))
      : error
  } finally {
    end.dispose()
  }
}
