import { setTimeout as wait } from 'node:timers/promises'
import type { DeregisterStep, RegisterStep } from '../../plan/plan'
import { whyUnhealthy } from '../../voxbridge/base-url-health'
import { changeFleetUrls, type UrlChange } from '../../voxbridge/fleet-urls'
import { ApplyError, Cancelled } from '../apply-error'
import type { Carry, StepContext } from '../step-context'

/** Tells VoxBridge base URLs, once each of them is healthy as VoxBridge sees it. */
export const register: Carry<RegisterStep> = async (step, context) => {
  for (const url of step.urls) {
    context.say(step.server, `asking ${url}/health/fleet, as VoxBridge does`)
    const why = await abandonable(context, whyUnhealthy(url, context.abandon))
    if (why !== undefined)
      throw new ApplyError(step.server, `VoxBridge would call ${url} unhealthy: ${why}. It was not registered`, {
        remedy: 'see that the URL leads to the workers, past every firewall and proxy',
      })
  }
  return change(step, { add: step.urls }, context)
}

/** Takes base URLs out of VoxBridge's list. */
export const deregister: Carry<DeregisterStep> = (step, context) => change(step, { remove: step.urls }, context)

async function change(step: RegisterStep | DeregisterStep, urls: UrlChange, context: StepContext) {
  const { abandon } = context
  if (context.cancel.aborted) throw new Cancelled()
  const sleep = (milliseconds: number) => wait(milliseconds, undefined, { signal: abandon })
  return abandonable(
    context,
    context.voxbridge(step.voxbridge).then(access => changeFleetUrls(access, urls, { sleep, signal: abandon })),
  )
}

/** What is aborted was aborted by the operator. */
async function abandonable<Result>({ abandon }: StepContext, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw abandon.aborted ? new Cancelled() : error
  }
}
