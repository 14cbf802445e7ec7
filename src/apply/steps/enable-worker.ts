import type { EnableWorkerStep } from '../../plan/plan'
import { changeUnit } from '../change-unit'
import type { Carry } from '../step-context'

/** `systemctl enable --now`. */
export const enableWorker: Carry<EnableWorkerStep> = async ({ worker }, context) =>
  (await changeUnit('enable', worker, context)).result
