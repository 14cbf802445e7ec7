import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import type { Operation, OperationArguments, OperationInput } from '../../plan/operation'

/**
 * Not `all`: that is asked with the plan, when it is known to make a difference (confirm.ts). What a new server needs has its own
 * wizard (new-server.ts).
 */
type AskedName = 'server' | 'worker' | 'count' | 'calls'

type Answer = OperationArguments[AskedName]

/** The answer for an input, `undefined` for "all of them", or that the operator dismissed it. */
type Answered = { readonly value: Answer } | 'dismissed'

interface Question {
  readonly input: OperationInput
  readonly fleet: Fleet
  readonly given: OperationArguments
  readonly title: string
}

const askers: Readonly<Record<AskedName, (question: Question) => Promise<Answered>>> = {
  server: askServer,
  worker: askWorker,
  count: question => askNumber(question, { value: 1, least: 1, most: 64 }),
  calls: question =>
    askNumber(question, { value: question.fleet.servers[0]?.maxConcurrentCalls ?? 5, least: 1, most: 1000 }),
}

const isAsked = (name: OperationInput['name']): name is AskedName => Object.hasOwn(askers, name)

/** What an operation is requested on: a row of the tree, which says where, or a whole fleet; and the inputs already known. */
export interface Asked {
  readonly on: 'row' | 'fleet'
  readonly given: OperationArguments
}

/**
 * Asks for what an operation still needs. What the row of the tree gives is not asked for, nor is an optional worker: the workers'
 * rows are there for that. Answers undefined if the operator dismissed a question.
 */
export async function askInputs(
  operation: Operation,
  fleet: Fleet,
  { given, on }: Asked,
): Promise<OperationArguments | undefined> {
  let answers = given
  for (const input of operation.inputs) {
    if (!isAsked(input.name) || answers[input.name] !== undefined) continue
    // No need to ask how many if a particular one is given.
    if (input.name === 'count' && answers.worker !== undefined) continue
    if (!input.required && (input.name === 'worker' || (on === 'row' && input.name === 'server'))) continue
    const answered = await askers[input.name]({ input, fleet, given: answers, title: operation.title() })
    if (answered === 'dismissed') return undefined
    answers = { ...answers, [input.name]: answered.value }
  }
  return answers
}

async function askServer({ input, fleet, title }: Question): Promise<Answered> {
  const [only] = fleet.servers
  if (input.required && only && fleet.servers.length === 1) return { value: only.name }
  const all = input.required
    ? []
    : [
        {
          label: `$(layers) ${vscode.l10n.t('The whole fleet')}`,
          description: vscode.l10n.t('{0} servers', fleet.servers.length),
          value: undefined,
        },
      ]
  const servers = fleet.servers.map(server => ({
    label: `$(server) ${server.name}`,
    description: vscode.l10n.t('{0} · {1} workers', server.host, server.workers.length),
    value: server.name,
  }))
  return pick(title, input.prompt(), [...all, ...servers])
}

async function askWorker({ input, fleet, given, title }: Question): Promise<Answered> {
  const server = fleet.servers.find(candidate => candidate.name === given.server) ?? fleet.servers[0]
  const workers = (server?.workers ?? []).map(worker => ({
    label: `$(circuit-board) ${vscode.l10n.t('worker {0}', worker.id)}`,
    description: `${worker.unit} · ${worker.upstreamAddress}`,
    value: worker.id,
  }))
  return pick(`${title} ${server?.name ?? ''}`, input.prompt(), workers)
}

async function pick<Item extends vscode.QuickPickItem & { value: Answer }>(
  title: string,
  placeHolder: string,
  items: Item[],
): Promise<Answered> {
  const picked = await vscode.window.showQuickPick<Item>(items, { title, placeHolder, matchOnDescription: true })
  return picked ? { value: picked.value } : 'dismissed'
}

async function askNumber(
  { input, title }: Question,
  { value, least, most }: Readonly<Record<'value' | 'least' | 'most', number>>,
): Promise<Answered> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: input.prompt(),
    value: String(value),
    validateInput: text =>
      /^\d{1,6}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most
        ? undefined
        : vscode.l10n.t('A whole number from {0} to {1}', least, most),
  })
  return typed === undefined ? 'dismissed' : { value: Number(typed) }
}
