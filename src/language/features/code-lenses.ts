import { t } from '@vscode/l10n'
import { type CodeLens, CodeLensRequest } from 'vscode-languageserver/node'
import { feature } from '../feature'

/** What can be done with a part of the file, above its key. The commands are the client's; most clients have none of them. */
const lenses = (): readonly { readonly key: string; readonly title: string; readonly command: string }[] => [
  { key: 'load_balancer', title: t('Preview nginx upstream'), command: 'fleetOps.previewUpstream' },
  { key: 'load_balancer', title: t('Compare with server'), command: 'fleetOps.compareUpstream' },
  { key: 'load_balancer', title: t('Reload'), command: 'fleetOps.reload' },
  { key: 'servers', title: t('Add worker…'), command: 'fleetOps.addWorker' },
  { key: 'servers', title: t('Rolling restart…'), command: 'fleetOps.rollingRestart' },
]

export const codeLenses = feature({
  request: CodeLensRequest.type,
  offer: client => (client.knows('codeLens') && client.commands ? { codeLensProvider: {} } : undefined),
  answer: (checked): CodeLens[] =>
    lenses().flatMap(({ key, title, command }) => {
      const range = checked.document.rangeOf([key], 'key')
      return range ? [{ range: checked.rangeOf(range), command: { title, command, arguments: [checked.uri] } }] : []
    }),
})
