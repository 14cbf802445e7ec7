import { t } from '@vscode/l10n'
import type { RemotePhase } from '../remote/connection'
import { failed, type Judgement, well } from './check'
import type { Evidence } from './evidence'

/** The phases of opening a connection, in order. A failure in any other phase means that none was reached. */
const phases = ['resolve', 'connect', 'host-key', 'authenticate'] as const

type OpeningPhase = (typeof phases)[number]

/**
 * Judges one phase of opening a connection: it is well if the connection is open or failed in a later phase.
 * Undefined if it failed in an earlier one, or was not tried.
 */
export function judgeOpening(
  { connected, unopened }: Evidence,
  phase: OpeningPhase,
  words: string,
): Judgement | undefined {
  if (connected) return well(words)
  if (!unopened) return undefined
  const came = phases.indexOf(openingPhase(unopened.phase))
  const mine = phases.indexOf(phase)
  if (came === mine) return failed(unopened.message, unopened.remedy ?? t('Try it by hand with ssh.'))
  return came > mine ? well(words) : undefined
}

const openingPhase = (phase: RemotePhase): OpeningPhase => phases.find(candidate => candidate === phase) ?? 'connect'
