import { t } from '@vscode/l10n'
import { defaults } from '../fleet/defaults'
import { listOf } from '../fleet/words'
import { AdoptError } from './adopt-error'
import { type Layout, layoutOf, workersOf } from './layout'
import { type Crew, isSameMachine, type LiveBlock, liveBlocks } from './live-block'
import type { FoundHost } from './survey'

/** The options, if servers run more than one thing that could be meant. */
export interface Question {
  readonly about: 'unit' | 'upstream' | 'env-file' | 'max-calls-variable' | 'workers-variable'
  readonly options: readonly { readonly value: string; readonly detail: string }[]
}

/** Answers undefined if there is no operator to choose, or the operator declines. */
export type Ask = (question: Question) => Promise<string | undefined>

/** What the caller has decided beforehand. */
export interface Wishes {
  readonly unit?: string
  readonly upstream?: string
  readonly envFile?: string
  readonly maxCallsVariable?: string
  readonly workersVariable?: string
}

/** What fleet.yaml will describe. */
export interface Chosen {
  readonly template: string
  /** Undefined if no instance listens on anything that could be seen. */
  readonly layout: Layout | undefined
  /** The hosts that have workers, or were meant to. */
  readonly crews: readonly Crew[]
  readonly block: LiveBlock | undefined
  readonly envFile: string | undefined
  readonly maxCallsVariable: Variable
  readonly workersVariable: Variable
}

/** The name of a variable, and how it is known: VoxCore's own, given, or guessed from its name; undefined if it is unknown. */
export interface Variable {
  readonly name: string | undefined
  readonly by: 'stock' | 'choice' | 'name' | 'nothing'
}

/**
 * Decides what a fleet.yaml for these hosts describes. `nginx` are the hosts whose nginx counts: all, or only the named load
 * balancer. Throws AdoptError if no worker is found, or nobody can say which of several is meant.
 */
export async function choose(
  servers: readonly FoundHost[],
  nginx: readonly FoundHost[],
  wishes: Wishes,
  ask: Ask,
): Promise<Chosen> {
  const template = await chooseTemplate(servers, wishes, ask)
  const layout = layoutOf(servers, template)
  const crews = servers.map(host => ({ host, workers: workersOf(host, template, layout) }))
  const block = layout && (await chooseBlock(nginx, crews, layout, wishes, ask))
  const envFile = await chooseEnvFile(servers, template, wishes, ask)
  const counts = new Set(
    servers.flatMap(({ survey }) =>
      survey.envFiles.filter(({ path }) => path === envFile).flatMap(file => file.counts),
    ),
  )
  const maxCallsVariable = await chooseVariable('max-calls-variable', wishes.maxCallsVariable, counts, ask)
  const workersVariable = await chooseVariable('workers-variable', wishes.workersVariable, counts, ask)
  return { template, layout, crews, block, envFile, maxCallsVariable, workersVariable }
}

async function chooseTemplate(servers: readonly FoundHost[], { unit }: Wishes, ask: Ask): Promise<string> {
  const templates = [...new Set(servers.flatMap(({ survey }) => survey.units.map(({ template }) => template)))].sort()
  const where = listOf(servers.map(({ given }) => given))
  if (unit !== undefined) {
    const wanted = unit.replace(/(\.service)$/, '').replace(/@?$/, '@')
    if (templates.includes(wanted)) return wanted
    throw new AdoptError(t('no instance of {0} is running or starts at boot on {1}', wanted, where), {
      remedy:
        templates.length > 0
          ? t('there are instances of {0}', listOf(templates))
          : t('there is no template with instances'),
    })
  }
  const answering = templates.filter(template =>
    servers.some(({ answers }) => answers.some(one => one.template === template && one.health.kind === 'ok')),
  )
  const asked = templates.filter(template =>
    servers.some(({ answers }) => answers.some(one => one.template === template)),
  )
  const candidates = [answering, asked, templates].find(some => some.length > 0) ?? []
  const [only, ...more] = candidates
  if (only !== undefined && more.length === 0 && candidates !== templates) return only
  if (only === undefined || candidates === templates) throw noWorkers(servers, templates)
  const options = candidates.map(template => ({ value: template, detail: instancesOf(servers, template) }))
  const chosen = await ask({ about: 'unit', options })
  if (chosen !== undefined) return chosen
  throw new AdoptError(t('several templates could be the workers: {0}', listOf(candidates)), {
    remedy: t('choose one: --unit {0}', only),
    asked: true,
  })
}

function noWorkers(servers: readonly FoundHost[], templates: readonly string[]): AdoptError {
  const where = listOf(servers.map(({ given }) => given))
  const notRoot = servers.find(({ survey }) => survey.whyNotRoot !== undefined)
  const seen =
    templates.length > 0
      ? t('{0} has instances, but none answers on /health', listOf(templates))
      : t('no systemd template has an instance with a number there')
  return new AdoptError(t('no workers were found on {0}: {1}', where, seen), {
    remedy: notRoot
      ? t('{0} was not checked as root: {1}', notRoot.given, String(notRoot.survey.whyNotRoot))
      : templates.length > 0
        ? t('start a worker, or say which template it is: --unit {0}', String(templates[0]))
        : t('start the workers, or name the servers that have them'),
  })
}

const instancesOf = (servers: readonly FoundHost[], template: string): string =>
  servers
    .flatMap(({ given, survey }) => {
      const ids = survey.units.filter(unit => unit.template === template).map(({ id }) => id)
      return ids.length > 0 ? [`${given}: ${ids.toSorted((a, b) => a - b).join(', ')}`] : []
    })
    .join('; ')

const placeOf = ({ name, host }: LiveBlock): string => t('{0} on {1}', name, host.given)

/** The block that leads to most of the workers. */
async function chooseBlock(
  nginx: readonly FoundHost[],
  crews: readonly Crew[],
  layout: Layout,
  { upstream }: Wishes,
  ask: Ask,
): Promise<LiveBlock | undefined> {
  const all = nginx
    .filter((host, at) => nginx.findIndex(other => isSameMachine(other, host)) === at)
    .flatMap(host => liveBlocks(host, crews, layout))
  const named = upstream === undefined ? all : all.filter(({ name }) => name === upstream)
  if (upstream !== undefined && named.length === 0)
    throw new AdoptError(t('no nginx of these servers has an upstream {0}', upstream), {
      remedy:
        all.length > 0
          ? t('there are {0}', listOf(all.map(placeOf)))
          : t('name the server that nginx runs on: --load-balancer HOST'),
    })
  const most = Math.max(0, ...named.map(({ led }) => led.length))
  const best = named.filter(({ led }) => led.length === most)
  const [first, ...others] = best
  if (first === undefined || others.length === 0) return first
  // If none leads to a worker, no block is better than another: choose none.
  if (most === 0) return undefined
  const options = best.map(block => ({
    value: placeOf(block),
    detail: t('{0}, {1} of the workers', block.file, block.led.length),
  }))
  const chosen = await ask({ about: 'upstream', options })
  const found = best.find(block => placeOf(block) === chosen)
  if (found) return found
  const sameName = best.every(({ name }) => name === first.name)
  throw new AdoptError(t('several upstreams lead to the workers: {0}', listOf(options.map(({ value }) => value))), {
    remedy: sameName
      ? t('choose the nginx that receives calls: --load-balancer {0}', first.host.given)
      : t('choose one: --upstream {0}', first.name),
    asked: true,
  })
}

async function chooseEnvFile(
  servers: readonly FoundHost[],
  template: string,
  { envFile }: Wishes,
  ask: Ask,
): Promise<string | undefined> {
  if (envFile !== undefined) return envFile
  const files = servers.flatMap(({ survey }) => survey.envFiles.filter(({ state }) => state !== 'missing'))
  const units = servers.flatMap(({ survey }) => survey.units.filter(unit => unit.template === template))
  const own = new Set(
    units.flatMap(unit => [...unit.envFiles, ...(unit.directory ? [`${unit.directory.replace(/\/$/, '')}/.env`] : [])]),
  )
  const there = files.filter(({ path }) => own.has(path))
  const known = there.filter(({ counts }) => counts.includes(stock['max-calls-variable']))
  const paths = [...new Set((known.length > 0 ? known : there).map(({ path }) => path))]
  if (paths.length < 2) return paths[0]
  const chosen = await ask({ about: 'env-file', options: paths.map(value => ({ value, detail: '' })) })
  if (chosen !== undefined) return chosen
  throw new AdoptError(t('{0} reads several files: {1}', template, listOf(paths)), {
    remedy: t('choose the one with the number of calls: --env-file {0}', String(paths[0])),
    asked: true,
  })
}

const stock = {
  'max-calls-variable': defaults.service.max_calls_variable,
  'workers-variable': defaults.service.workers_variable,
} as const
const calls = /CALL|SESSION|CONCURREN/i
const looks = {
  'max-calls-variable': (name: string) => calls.test(name),
  'workers-variable': (name: string) => /WORKER|PROCESS|INSTANCE/i.test(name) && !calls.test(name),
} as const

async function chooseVariable(
  about: keyof typeof stock,
  wish: string | undefined,
  counts: ReadonlySet<string>,
  ask: Ask,
): Promise<Variable> {
  if (wish !== undefined) return { name: wish, by: wish === stock[about] ? 'stock' : 'choice' }
  if (counts.has(stock[about])) return { name: stock[about], by: 'stock' }
  const likely = [...counts].filter(looks[about])
  if (likely.length === 1) return { name: likely[0], by: 'name' }
  if (counts.size === 0) return { name: undefined, by: 'nothing' }
  const options = (likely.length > 0 ? likely : [...counts]).map(value => ({ value, detail: '' }))
  const name = await ask({ about, options })
  return { name, by: name === undefined ? 'nothing' : 'choice' }
}
