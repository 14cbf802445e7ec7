import { t } from '@vscode/l10n'
import type { Stage, Verdict } from './check'
import { checks } from './checks'
import type { Evidence, Patient } from './evidence'

/** One line of the doctor's: the result of a check on a machine. */
export interface CheckResult {
  readonly machine: string
  readonly check: string
  readonly stage: Stage
  readonly verdict: Verdict
}

/**
 * Judges a machine by all that is known about it. A check that depends on a failed one is not tried. If the look broke off,
 * the first check left without evidence reports why.
 */
export function diagnose(patient: Patient, evidence: Evidence): readonly CheckResult[] {
  const verdicts = new Map<string, Verdict>()
  /** The check that is to blame if this one is not well. */
  const blame = new Map<string, string>()
  let broken = evidence.broken
  for (const check of checks.filter(candidate => candidate.concerns(patient))) {
    const culprit = check.needs.map(need => blame.get(need)).find(found => found !== undefined)
    const judged = culprit === undefined ? check.judge(evidence, patient) : undefined
    if (culprit !== undefined) verdicts.set(check.name, notTried(culprit))
    else if (judged) verdicts.set(check.name, judged)
    else if (broken) {
      const { message, remedy = t('Check again.') } = broken
      verdicts.set(check.name, { kind: 'failed', message, remedy })
      broken = undefined
    } else verdicts.set(check.name, notTried(lastFailed(verdicts)))
    if (verdicts.get(check.name)?.kind !== 'well') blame.set(check.name, culprit ?? check.name)
  }
  const machine = patient.machine.name
  return checks.flatMap(({ name, stage }) => {
    const verdict = verdicts.get(name)
    return verdict ? [{ machine, check: name, stage, verdict }] : []
  })
}

const notTried = (culprit: string | undefined): Verdict => ({
  kind: 'not-tried',
  message: culprit === undefined ? t('not tried') : t('not tried: {0} failed', culprit),
})

const lastFailed = (verdicts: ReadonlyMap<string, Verdict>): string | undefined =>
  [...verdicts].findLast(([, { kind }]) => kind === 'failed')?.[0]

/** Whether it says that a machine cannot be connected to, in any way. */
export const unreached = ({ stage, verdict }: CheckResult): boolean =>
  verdict.kind === 'failed' && (stage === 'resolve' || stage === 'open')
