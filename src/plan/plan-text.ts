import { t } from '@vscode/l10n'
import { isSameUrl } from '../fleet/base-urls'
import { applyTextEdits } from '../fleet/text'
import { counted } from '../fleet/words'
import { type DiffLine, unifiedDiff } from '../nginx/diff'
import { estimate, sayDuration } from './estimate'
import { sayRules } from './firewall'
import { type DeregisterStep, isNothing, type Plan, type RegisterStep, type SetFirewallStep, type Step } from './plan'
import { countPlan } from './plan-summary'
import { plainText, type Role, type Span, type StyledLine, span } from './styled-text'

/**
 * A plan as a person reads it before it is carried out: what it is, the objections to it, its totals, what it
 * changes in fleet.yaml, and every step with its server and with what it changes in which file. `fleetYaml` is the text of
 * fleet.yaml before the plan's edits.
 */
export function planLines(plan: Plan, fleetYaml: string): readonly StyledLine[] {
  const refused = plan.refusals.length > 0
  return [
    [span('title', plan.title)],
    ...refusalLines(plan),
    ...(refused ? [] : plan.questions.map(question => [span('warning', `  ${t('asks:')} `), span('plain', question)])),
    ...plan.warnings.map(warning => [span('warning', `  ${t('warning:')} `), span('plain', warning)]),
    ...(refused ? [] : workLines(plan, fleetYaml)),
  ]
}

function refusalLines({ refusals }: Plan): readonly StyledLine[] {
  return refusals.flatMap(({ message, remedy }) => [
    [span('refusal', `  ${t('refused:')} `), span('plain', message)],
    ...(remedy ? [[span('dim', `  ${t('what to do:')} `), span('plain', remedy)]] : []),
  ])
}

function workLines(plan: Plan, fleetYaml: string): readonly StyledLine[] {
  if (isNothing(plan)) return [[span('done', `  ${t('Nothing to do: already so.')}`)]]
  const edited = applyTextEdits(fleetYaml, plan.edits)
  const width = Math.max(0, ...plan.steps.map(step => step.server.length))
  return [
    [span('dim', `  ${countsLine(plan)}`)],
    ...(plan.found ?? []).map(found => [span('dim', `  ${t('found:')} `), span('plain', found)]),
    ...fleetYamlLines(fleetYaml, edited, 'fleet.yaml'),
    [],
    ...plan.steps.flatMap((step, index) => stepLines(step, index + 1, width)),
    ...fleetYamlLines(edited, applyTextEdits(edited, plan.editsAfter ?? []), t('fleet.yaml, after everything else')),
    ...leftLines(plan),
  ]
}

function fleetYamlLines(before: string, after: string, title: string): readonly StyledLine[] {
  return before === after ? [] : [[], [span('server', `  ${title}`)], ...diffLines(before, after)]
}

/** What only the operator can do, once the steps are done. */
export function leftLines({ leftForYou = [] }: Plan): readonly StyledLine[] {
  if (leftForYou.length === 0) return []
  return [
    [],
    [span('title', `  ${t('left for you')}`)],
    ...leftForYou.map(left => [span('dim', '  - '), span('plain', left)]),
  ]
}

/** Such as `2 servers, 8 workers, 9 reloads; about 40 s, at most 1 h 20 min`. */
function countsLine(plan: Plan): string {
  const counts = countPlan(plan)
  const { least, most } = estimate(plan.steps)
  const parts = [
    [counts.servers.length, 'server'],
    [counts.restarted + counts.started + counts.stopped, 'worker'],
    [counts.reloads, 'reload'],
    [counts.variables, 'variable'],
    [counts.registered + counts.deregistered, 'URL'],
    [counts.firewalls, 'firewall'],
  ] as const
  const said = parts.filter(([number]) => number > 0).map(([number, noun]) => counted(number, noun))
  const durations = [sayDuration(least), sayDuration(most)] as const
  const time =
    counts.drained > 0
      ? t('about {0} besides waiting for calls to end, at most {1}', ...durations)
      : t('about {0}, at most {1}', ...durations)
  const all = [...said, ...(plan.edits.length + (plan.editsAfter?.length ?? 0) > 0 ? [t('an edit of fleet.yaml')] : [])]
  return [...(all.length > 0 ? [all.join(', ')] : []), time].join('; ')
}

function stepLines(step: Step, number: number, width: number): readonly StyledLine[] {
  const head = [
    span('dim', `${String(number).padStart(4)}  `),
    span('server', step.server.padEnd(width)),
    span('plain', `  ${step.title}`),
    ...limitOf(step),
  ]
  return [head, ...changeLines(step)]
}

function limitOf(step: Step): readonly Span[] {
  if (!('timeoutSeconds' in step)) return []
  const most = sayDuration(step.timeoutSeconds)
  const goesOn = step.kind === 'wait-drained' && step.onTimeout === 'restart'
  return [span('dim', ` (${goesOn ? t('at most {0}, then go on', most) : t('at most {0}', most)})`)]
}

function changeLines(step: Step): readonly StyledLine[] {
  const { where, lines } = changesOf(step)
  return [...(where === undefined ? [] : [fileLine(where)]), ...lines]
}

/** What a step changes, line by line: `- server 10.0.0.2:8001;`, `+ MAX_CONCURRENT_CALLS=8`. Empty for one that changes no text. */
export const stepDiff = (step: Step): readonly string[] =>
  changesOf(step).lines.map(line => plainText([line]).slice(indent.length, -1))

interface Changes {
  /** The file or other place of the change. */
  readonly where?: string
  readonly lines: readonly StyledLine[]
}

function changesOf(step: Step): Changes {
  if (step.kind === 'write-upstream') return { where: step.file, lines: changeOnly(step.before ?? '', step.text) }
  if (step.kind === 'register' || step.kind === 'deregister')
    return { where: t('voxcore_fleet of {0}', step.voxbridge), lines: urlLines(step) }
  if (step.kind === 'set-firewall') return { lines: firewallLines(step) }
  if (step.kind === 'install') return { lines: [changed('added', `$ ${step.command}`)] }
  if (step.kind !== 'set-variable') return { lines: [] }
  const before = step.before === undefined ? [] : [changed('removed', `- ${step.variable}=${step.before}`)]
  return { where: step.file, lines: [...before, changed('added', `+ ${step.variable}=${step.value}`)] }
}

/** VoxBridge's list: what is added and removed, and what stays, including other fleets' URLs. */
function urlLines({ kind, urls, before = [] }: RegisterStep | DeregisterStep): readonly StyledLine[] {
  const kept = before.filter(url => !urls.some(own => isSameUrl(own, url)))
  const [role, sign] = kind === 'register' ? (['added', '+'] as const) : (['removed', '-'] as const)
  return [...kept.map(url => changed('plain', `  ${url}`)), ...urls.map(url => changed(role, `${sign} ${url}`))]
}

function firewallLines({ tool, ports, sources, before }: SetFirewallStep): readonly StyledLine[] {
  return [
    ...before.map(rules => changed('removed', `- ${sayRules(rules)}`)),
    ...(tool === 'none' ? [] : [changed('added', `+ ${sayRules({ tool, ports, sources })}`)]),
  ]
}

/** The diff of a file, with context around each change. */
function diffLines(before: string, after: string): readonly StyledLine[] {
  return unifiedDiff(before, after).map(({ kind, text }) =>
    changed(roles[kind], kind === '@' ? text : `${kind} ${text}`),
  )
}

const roles: Readonly<Record<DiffLine['kind'], Role>> = { '+': 'added', '-': 'removed', ' ': 'plain', '@': 'dim' }

/** Only what is added and removed: a `server` line needs no context, and a long rollout has many. */
const changeOnly = (before: string, after: string): readonly StyledLine[] =>
  unifiedDiff(before, after)
    .filter(({ kind }) => kind === '+' || kind === '-')
    .map(({ kind, text }) => changed(roles[kind], `${kind} ${text.trim()}`))

const indent = '        '

const fileLine = (file: string): StyledLine => [span('dim', `${indent}${file}`)]

const changed = (role: Role, text: string): StyledLine => [span(role, `${indent}${text}`)]
