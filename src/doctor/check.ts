import type { Evidence, Patient } from './evidence'

/** The stages of looking at a machine, in order: each adds evidence. */
export const stages = ['resolve', 'open', 'root', 'probe', 'health'] as const

export type Stage = (typeof stages)[number]

/** The result of a check: what is well, or what is not and what fixes it. */
export type Judgement =
  | { readonly kind: 'well'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string }

/** A verdict on one machine; a check was not tried if one that it depends on failed. */
export type Verdict = Judgement | { readonly kind: 'not-tried'; readonly message: string }

/** One condition that must hold for Fleet Ops to work on a machine. */
export interface Check {
  /** A word or two, unique, such as `env file`. */
  readonly name: string
  /** The stage that provides its evidence. */
  readonly stage: Stage
  /** Without these the check has no evidence. */
  readonly needs: readonly string[]
  /** Whether it applies to this machine. */
  concerns(patient: Patient): boolean
  /** Undefined if the evidence does not say. */
  judge(evidence: Evidence, patient: Patient): Judgement | undefined
}

export const well = (message: string): Judgement => ({ kind: 'well', message })

export const failed = (message: string, remedy: string): Judgement => ({ kind: 'failed', message, remedy })

/** For a check of every machine. */
export const everyMachine = () => true
