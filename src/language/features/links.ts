import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { t } from '@vscode/l10n'
import { type DocumentLink, DocumentLinkRequest } from 'vscode-languageserver/node'
import type { DocumentPath } from '../../fleet/document'
import { valueAt } from '../../fleet/value-at'
import type { CheckedDocument } from '../checked-document'
import { type FeatureContext, feature } from '../feature'
import type { Surroundings } from '../surroundings'

/** The files that a fleet.yaml names and that are on this machine. Private keys are not opened in an editor. */
export const links = feature({
  request: DocumentLinkRequest.type,
  offer: client => (client.knows('documentLink') ? { documentLinkProvider: {} } : undefined),
  answer: (checked, _, context): DocumentLink[] => linkedFiles().flatMap(file => link(checked, context, file)),
})

interface LinkedFile {
  readonly path: DocumentPath
  readonly tooltip: string
  readonly target: (written: string, uri: string, surroundings: Surroundings) => string | undefined
}

const linkedFiles = (): readonly LinkedFile[] => [
  { path: ['load_balancer', 'template'], tooltip: t('Open the template'), target: besideFile },
  { path: ['ssh', 'known_hosts_file'], tooltip: t('Open the known hosts'), target: ofThisMachine },
  // The file is on the servers: it is on this machine only if this is one of them.
  { path: ['service', 'env_file'], tooltip: t('Open the env file of this machine'), target: ofThisMachine },
]

function link(checked: CheckedDocument, { surroundings }: FeatureContext, { path, tooltip, target }: LinkedFile) {
  const range = checked.document.rangeOf(path, 'value')
  const written = valueAt(checked.document.value, path)
  if (!range || typeof written !== 'string') return []
  const uri = target(written, checked.uri, surroundings)
  return uri === undefined ? [] : [{ range: checked.rangeOf(range), target: uri, tooltip }]
}

/** Undefined for anything outside the folder of fleet.yaml, which is never read. */
function besideFile(written: string, uri: string): string | undefined {
  if (!uri.includes('://')) return undefined
  try {
    const folder = new URL('.', uri)
    const target = new URL(written.split('/').map(encodeURIComponent).join('/'), folder)
    return target.href.startsWith(folder.href) ? target.href : undefined
  } catch {
    return undefined
  }
}

function ofThisMachine(written: string, _: string, { home, isFile }: Surroundings): string | undefined {
  const path = written.startsWith('~/') ? join(home, written.slice(2)) : written
  return path.startsWith('/') && isFile(path) ? pathToFileURL(path).href : undefined
}
