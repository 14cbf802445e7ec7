import { homedir } from 'node:os'
import * as vscode from 'vscode'
import type { Fleet } from '../../fleet/fleet'
import { readSshHosts } from '../../language/ssh-hosts'
import { readHost } from '../../plan/new-server/machine'
import type { OperationArguments } from '../../plan/operation'

/** The answer to a step of the wizard; empty for the default. */
type Answer = { readonly text: string } | 'back' | 'dismissed'

interface WizardStep {
  readonly name: 'server' | 'host' | 'address' | 'from' | 'workers' | 'url'
  readonly prompt: string
  readonly placeholder?: string
  readonly optional?: boolean
  /** What is wrong with a text, if anything. */
  readonly check: (text: string) => string | undefined
  readonly choices?: readonly vscode.QuickPickItem[]
}

/**
 * Asks, step by step and with a way back, for a new server. A server that is already in fleet.yaml is completed, and nothing more is
 * asked. Answers undefined if the operator dismissed a question.
 */
export async function askNewServer(fleet: Fleet): Promise<OperationArguments | undefined> {
  const answers: Partial<Record<WizardStep['name'], string>> = {}
  let at = 0
  for (;;) {
    const steps = stepsOf(fleet, answers)
    const step = steps[at]
    if (!step) return given(answers)
    const answer = await ask(step, answers[step.name] ?? '', at + 1, steps.length)
    if (answer === 'dismissed') return undefined
    if (answer === 'back') {
      at = Math.max(0, at - 1)
      continue
    }
    answers[step.name] = answer.text
    at += 1
  }
}

function given({ workers, ...texts }: Partial<Record<WizardStep['name'], string>>): OperationArguments {
  const told = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''))
  return { ...told, ...(workers ? { workers: Number(workers) } : {}) }
}

function stepsOf(fleet: Fleet, answers: Partial<Record<WizardStep['name'], string>>): readonly WizardStep[] {
  const nameStep: WizardStep = {
    name: 'server',
    prompt: vscode.l10n.t('The name of the new server in fleet.yaml. An existing name resumes its setup.'),
    placeholder: 'core-4',
    check: text =>
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
        ? undefined
        : vscode.l10n.t('A name of letters, digits, dots, hyphens and underscores'),
  }
  if (fleet.servers.some(({ name }) => name === answers.server)) return [nameStep]
  const name = answers.server ?? ''
  return [
    nameStep,
    {
      name: 'host',
      prompt: vscode.l10n.t('How to log in there, as for ssh: [USER@]HOST[:PORT]'),
      check: hostProblem,
      choices: [
        { label: name, description: vscode.l10n.t('its name') },
        ...readSshHosts(homedir()).map(({ alias, hostName }) => ({
          label: alias,
          ...(hostName === undefined ? {} : { description: hostName }),
        })),
      ],
    },
    {
      name: 'address',
      prompt: vscode.l10n.t('Its address as nginx reaches it. Leave empty to use its host'),
      optional: true,
      check: text =>
        /^[^\s;{}]+$/.test(text) ? undefined : vscode.l10n.t('An address or a host name, without a port'),
    },
    {
      name: 'from',
      prompt: vscode.l10n.t('The server to copy VoxCore from'),
      check: text =>
        fleet.servers.some(server => server.name === text)
          ? undefined
          : vscode.l10n.t('One of the servers of the fleet'),
      choices: copyable(fleet).map(server => ({ label: server.name, description: server.host })),
    },
    {
      name: 'workers',
      prompt: vscode.l10n.t('How many workers it runs. Leave empty to use as many as its cores can carry'),
      optional: true,
      check: text => (/^[1-9]\d{0,2}$/.test(text) ? undefined : vscode.l10n.t('A whole number above 0')),
    },
    {
      name: 'url',
      prompt: vscode.l10n.t('Its base URL for VoxBridge. Leave empty if it has none of its own'),
      placeholder: 'https://core-4.example.com',
      optional: true,
      check: text =>
        /^https?:\/\/[^\s?#]+$/.test(text) ? undefined : vscode.l10n.t('A URL that begins with https://'),
    },
  ]
}

/** Those that nginx reaches over the network first: it will reach a new one that way too. */
function copyable({ servers, loadBalancer }: Fleet) {
  const isBalancer = ({ name }: { readonly name: string }) => name === loadBalancer.server
  return [...servers.filter(server => !isBalancer(server)), ...servers.filter(isBalancer)]
}

function hostProblem(text: string): string | undefined {
  try {
    readHost(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** One step: an input box above the items to pick, if there are any. */
function ask(step: WizardStep, value: string, number: number, total: number): Promise<Answer> {
  const input = step.choices?.length ? vscode.window.createQuickPick() : vscode.window.createInputBox()
  input.title = vscode.l10n.t('Add Server')
  input.step = number
  input.totalSteps = total
  input.value = value
  input.ignoreFocusOut = true
  input.buttons = number > 1 ? [vscode.QuickInputButtons.Back] : []
  input.placeholder = step.placeholder ?? ''
  if ('items' in input) {
    input.placeholder = step.prompt
    input.items = [...(step.choices ?? [])]
    input.matchOnDescription = true
  } else input.prompt = step.prompt
  return new Promise(answered => {
    const end = (answer: Answer) => {
      answered(answer)
      input.dispose()
    }
    const typed = () => ('items' in input ? (input.activeItems[0]?.label ?? input.value) : input.value).trim()
    const problem = (text: string) => (text === '' && step.optional ? undefined : step.check(text))
    input.onDidChangeValue(text => {
      if ('items' in input) {
        // The typed text can be used as it is, in addition to the items.
        const others = step.choices?.filter(({ label }) => label !== text.trim()) ?? []
        const own = text.trim() === '' || problem(text.trim()) !== undefined ? [] : [{ label: text.trim() }]
        input.items = [...own, ...others]
      } else input.validationMessage = text === '' ? undefined : problem(text.trim())
    })
    input.onDidTriggerButton(() => end('back'))
    input.onDidHide(() => end('dismissed'))
    input.onDidAccept(() => {
      const text = typed()
      const wrong = problem(text)
      if (wrong === undefined) end({ text })
      else if (!('items' in input)) input.validationMessage = wrong
    })
    input.show()
  })
}
