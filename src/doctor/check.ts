import type { Evidence, Patient } from './evidence'

/** The looks at a machine, in order: each brings more evidence. */
export const stages = ['resolve', 'open', 'root', 'probe', 'health'] as const

export type Stage = (typeof stages)[number]

/** What a check comes to: what is well, or what is not and what mends it. */
export type Judgement =
  | { readonly kind: 'well'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string }

/** A verdict on one machine; a check was not tried if one that it stands on failed. */
export type Verdict = Judgement | { readonly kind: 'not-tried'; readonly message: string }

/** One thing that must be so for Fleet Ops to work on a machine. */
export interface Check {
  /** A word or two, unique, such as `env file`. */
  readonly name: string
  /** The look that brings what it judges by. */
  readonly stage: Stage
  /** Without these there is nothing to judge by. */
  readonly needs: readonly string[]
  /** Whether it concerns such a machine. */
  concerns(patient: Patient): boolean
  /** Undefined if the evidence does not say. */
  judge(evidence: Evidence, patient: Patient): Judgement | undefined
}

export const well = (message: string): Judgement => ({ kind: 'well', message })

export const failed = (message: string, remedy: string): Judgement => ({ kind: 'failed', message, remedy })

/** For a check of every machine. */
export const everyMachine = () => true
