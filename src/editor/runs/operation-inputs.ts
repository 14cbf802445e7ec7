import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import type { Operation, OperationArguments, OperationInput } from '../../plan/operation'

/**
 * Not `all`: that is asked with the plan, when it is known to make a difference (confirm.ts). What a new server needs has a wizard of
 * its own (new-server.ts).
 */
type AskedName = 'server' | 'worker' | 'count' | 'calls'

type Answer = OperationArguments[AskedName]

/** What an input is answered with, `undefined` for "all of them", or that the operator went away. */
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

/** What an operation is asked of: a row of the tree, which says where, or a fleet as a whole; and what is known of its inputs. */
export interface Asked {
  readonly on: 'row' | 'fleet'
  readonly given: OperationArguments
}

/**
 * Asks for what an operation still needs. What the row of the tree gives is not asked for, nor is an optional worker: that is
 * what the rows of the workers are for. Answers undefined if the operator dismissed a question.
 */
export async function askInputs(
  operation: Operation,
  fleet: Fleet,
  { given, on }: Asked,
): Promise<OperationArguments | undefined> {
  let answers = given
  for (const input of operation.inputs) {
    if (!isAsked(input.name) || answers[input.name] !== undefined) continue
    // How many is no question where it is said which one.
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
