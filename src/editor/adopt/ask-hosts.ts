import { homedir } from 'node:os'
import * as vscode from 'vscode'
import type { AskedHost } from '../../adopt/adopt'
import { machineOf } from '../../adopt/host-argument'
import { readSshHosts } from '../../language/ssh-hosts'
import type { Session } from '../session'

/** A host to pick; `asked` is undefined for the entry that stands for no particular host. */
interface HostItem extends vscode.QuickPickItem {
  readonly asked: AskedHost | undefined
}

/** Hosts that the operator may mean: those that ~/.ssh/config names, and the servers of this window's fleets. */
export async function knownHosts({ list, files }: Session): Promise<readonly HostItem[]> {
  const fromConfig = readSshHosts(homedir()).map(({ alias, hostName }) => hostItem(alias, hostName ?? '~/.ssh/config'))
  const readings = await Promise.all((await list.files()).map(file => files.read(file)))
  const fromFleets = readings.flatMap(reading =>
    (reading?.fleet?.servers ?? []).map(
      ({ name, host, ssh }): HostItem => ({
        label: name,
        description: vscode.l10n.t('server of fleet {0}', reading?.fleet?.name ?? ''),
        asked: { given: name, machine: { name, host, ssh } },
      }),
    ),
  )
  return [...fromConfig, ...fromFleets].flatMap(item => item ?? [])
}

function hostItem(given: string, description: string): HostItem | undefined {
  try {
    return { label: given, description, asked: { given, machine: machineOf(given) } }
  } catch {
    return undefined
  }
}

/** The hosts of the workers: picked from the known ones, or typed. Undefined if none was named. */
export function askHosts(known: readonly HostItem[]): Promise<readonly AskedHost[] | undefined> {
  const picker = vscode.window.createQuickPick<HostItem>()
  picker.title = vscode.l10n.t('New fleet.yaml from Running Servers (1/2)')
  picker.placeholder = vscode.l10n.t('Which servers run the workers? Pick them, or type [user@]host[:port]')
  picker.canSelectMany = true
  picker.matchOnDescription = true
  picker.ignoreFocusOut = true
  picker.items = known
  picker.onDidChangeValue(value => {
    // What was picked stays; any host in the typed text is offered too.
    const kept = picker.selectedItems
    const others = kept.filter(item => !known.includes(item))
    picker.items = [...typedItems(value, [...known, ...others]), ...others, ...known]
    picker.selectedItems = kept
  })
  return new Promise(done => {
    picker.onDidAccept(() => {
      const chosen = picker.selectedItems.length > 0 ? picker.selectedItems : namedItems(picker.value, known)
      const asked = chosen.flatMap(item => item.asked ?? [])
      if (asked.length === 0) return
      done(asked)
      picker.dispose()
    })
    picker.onDidHide(() => {
      done(undefined)
      picker.dispose()
    })
    picker.show()
  })
}

/** The hosts that a typed text names, with spaces or commas between them. */
function namedItems(value: string, known: readonly HostItem[]): readonly HostItem[] {
  const words = value.split(/[\s,]+/).filter(word => word !== '')
  return words.flatMap(
    word => known.find(({ label }) => label === word) ?? hostItem(word, vscode.l10n.t('as typed')) ?? [],
  )
}

/** Those of them that are not offered already. */
const typedItems = (value: string, known: readonly HostItem[]): readonly HostItem[] =>
  namedItems(value, known)
    .filter(item => !known.includes(item))
    .map(item => ({ ...item, alwaysShow: true }))

/** The machine that nginx runs on: undefined for whichever of the hosts has the upstream; `dismissed` if nothing was picked. */
export async function askLoadBalancer(
  hosts: readonly AskedHost[],
  known: readonly HostItem[],
): Promise<AskedHost | undefined | 'dismissed'> {
  const other: HostItem = { label: vscode.l10n.t('Another machine…'), asked: undefined }
  const own: HostItem = {
    label: vscode.l10n.t('One of these servers'),
    description: vscode.l10n.t('the one whose upstream leads to most of the workers'),
    asked: undefined,
  }
  const rest = known.filter(({ asked }) => !hosts.some(({ given }) => given === asked?.given))
  const items = [own, ...hosts.flatMap(asked => ({ label: asked.given, asked })), ...rest, other]
  const title = vscode.l10n.t('New fleet.yaml from Running Servers (2/2)')
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Where does the nginx that receives calls run?'),
    ignoreFocusOut: true,
  })
  if (!picked) return 'dismissed'
  if (picked !== other) return picked.asked
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('[user@]host[:port], or an alias in ~/.ssh/config'),
    ignoreFocusOut: true,
    validateInput: text =>
      hostItem(text, '') ? undefined : vscode.l10n.t('{0} is not a valid host', JSON.stringify(text)),
  })
  return typed === undefined ? 'dismissed' : { given: typed.trim(), machine: machineOf(typed) }
}
