import type { DisableWorkerStep } from '../../plan/plan'
import { changeUnit } from '../change-unit'
import type { Carry } from '../step-context'

/** `systemctl disable --now`. */
export const disableWorker: Carry<DisableWorkerStep> = async ({ worker }, context) =>
  (await changeUnit('disable', worker, context)).result
