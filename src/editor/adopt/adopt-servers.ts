import * as vscode from 'vscode'
import { type Adopted, type AskedHost, adopt } from '../../adopt/adopt'
import { AdoptError } from '../../adopt/adopt-error'
import type { Ask, Question } from '../../adopt/choices'
import { sentences } from '../../fleet/words'
import { showFleetText } from '../files/new-fleet-file'
import type { Session } from '../session'
import { askHosts, askLoadBalancer, knownHosts } from './ask-hosts'

/** Asks which servers to adopt, looks at them, and opens the fleet.yaml that describes them. */
export async function adoptServers(session: Session): Promise<void> {
  const known = await knownHosts(session)
  const hosts = await askHosts(known)
  if (!hosts) return
  const loadBalancer = await askLoadBalancer(hosts, known)
  if (loadBalancer === 'dismissed') return
  session.prompts.askAgain()
  const adopted = await lookAt(session, hosts, loadBalancer)
  if (!adopted) return
  await showFleetText(adopted.text)
  sayWhatIsMissing(adopted)
}

/** Undefined if it was cancelled. If there is nothing to write, throws with words that say what to do. */
async function lookAt(
  { connections }: Session,
  hosts: readonly AskedHost[],
  loadBalancer: AskedHost | undefined,
): Promise<Adopted | undefined> {
  const title = vscode.l10n.t('Looking at {0}', hosts.map(({ given }) => given).join(', '))
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true }
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    const abort = new AbortController()
    const listening = cancelled.onCancellationRequested(() => abort.abort())
    const words = {
      look: vscode.l10n.t('what runs on them'),
      compare: vscode.l10n.t('comparing the file with the servers'),
    }
    const balancer = loadBalancer ? [`--load-balancer ${loadBalancer.given}`] : []
    try {
      return await adopt(
        {
          hosts,
          command: ['fleet-ops adopt', ...hosts.map(({ given }) => given), ...balancer].join(' '),
          ...(loadBalancer ? { loadBalancer } : {}),
        },
        {
          connections: await connections(),
          ask,
          signal: abort.signal,
          onProgress: doing => progress.report({ message: words[doing] }),
        },
      )
    } catch (error) {
      if (abort.signal.aborted) return undefined
      if (!(error instanceof AdoptError)) throw error
      throw new Error(sentences(error.message, error.remedy), { cause: error })
    } finally {
      listening.dispose()
    }
  })
}

const ask: Ask = async ({ about, options }) => {
  const items = options.map(({ value, detail }) => ({ label: value, description: detail }))
  return (await vscode.window.showQuickPick(items, { title: questionOf(about), ignoreFocusOut: true }))?.label
}

function questionOf(about: Question['about']): string {
  switch (about) {
    case 'unit':
      return vscode.l10n.t('Which systemd template are the workers?')
    case 'upstream':
      return vscode.l10n.t('Which upstream receives calls?')
    case 'env-file':
      return vscode.l10n.t('Which file has the number of calls?')
    case 'max-calls-variable':
      return vscode.l10n.t('Which variable says how many calls one worker takes?')
    case 'workers-variable':
      return vscode.l10n.t('Which variable says how many workers a server has?')
  }
}

function sayWhatIsMissing({ unreachable, drifts }: Adopted): void {
  const [first] = unreachable
  if (first) {
    const names = unreachable.map(({ given }) => given).join(', ')
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} could not be reached and is not in the file: {1}', names, first.message),
    )
    return
  }
  const message =
    drifts.length > 0
      ? vscode.l10n.t(
          'The servers differ from what the file can express: see its first lines. Save it to see the fleet.',
        )
      : vscode.l10n.t('The servers match this file. Save it to see the fleet.')
  void vscode.window.showInformationMessage(message)
}
