import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet/fleet'
import { counted, listOf } from '../fleet/words'
import { type Role, type StyledLine, span } from '../plan/styled-text'
import type { Verdict } from './check'
import { checks } from './checks'
import type { CheckResult } from './diagnose'

const signs: Readonly<Record<Verdict['kind'], { readonly sign: string; readonly role: Role }>> = {
  well: { sign: '✔', role: 'done' },
  failed: { sign: '✖', role: 'refusal' },
  'not-tried': { sign: '–', role: 'dim' },
}

const nameWidth = Math.max(...checks.map(({ name }) => name.length)) + 2

/** The heading above the checks of a machine. */
export function machineLines({ loadBalancer }: Fleet, machine: string): readonly StyledLine[] {
  const balances = loadBalancer.machine.name === machine
  return [[], [span('title', machine), ...(balances ? [span('dim', `  ${t('load balancer')}`)] : [])]]
}

/** One check: its sign, its name, its result, and under it what fixes it. */
export function checkLines({ check, verdict }: CheckResult): readonly StyledLine[] {
  const { sign, role } = signs[verdict.kind]
  const told: Role = verdict.kind === 'failed' ? 'plain' : 'dim'
  const indent = ' '.repeat(nameWidth + 5)
  const head: StyledLine = [
    span('plain', '  '),
    span(role, sign),
    span('plain', `  ${check.padEnd(nameWidth)}`),
    span(told, verdict.message.replaceAll('\n', ' ')),
  ]
  return verdict.kind === 'failed'
    ? [head, [span('dim', `${indent}${t('what to do:')} `), span('plain', verdict.remedy)]]
    : [head]
}

/** The last line: how many checks there were, and which failed. */
export function summaryLines(results: readonly CheckResult[]): readonly StyledLine[] {
  const machines = new Set(results.map(({ machine }) => machine)).size
  const wrong = results.filter(({ verdict }) => verdict.kind === 'failed')
  const untried = results.filter(({ verdict }) => verdict.kind === 'not-tried').length
  if (wrong.length === 0)
    return [
      [],
      [
        span(
          'done',
          t('All checks passed: {0} of {1}.', counted(results.length, 'check'), counted(machines, 'machine')),
        ),
      ],
    ]
  const names = listOf(wrong.map(({ machine, check }) => t('{0} of {1}', check, machine)))
  const failed = t('{0} of {1} failed: {2}.', wrong.length, counted(results.length, 'check'), names)
  const rest = untried > 0 ? ` ${t('{0} could not be tried.', counted(untried, 'check'))}` : ''
  return [[], [span('refusal', failed), span('plain', rest)]]
}

/** Everything, for `--json`. */
export function doctorJson({ name }: Fleet, results: readonly CheckResult[]): string {
  const records = results.map(({ machine, check, verdict: { kind: result, ...rest } }) => ({
    machine,
    check,
    result,
    ...rest,
  }))
  return JSON.stringify({ fleet: name, checks: records }, null, 2)
}
