import { t } from '@vscode/l10n'
import { isMap } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import type { Fix } from './finding'
import { fixBy } from './fixes'
import { setValue } from './set-value'
import { readSshDestination } from './ssh-destination'
import { valueAt } from './value-at'
import { yamlText } from './yaml-text'

/**
 * The fix that moves user and port from a `host` to the `ssh` beside it. None if that `ssh` says otherwise already, or if it is
 * shared with another place.
 */
export function hostAlone(document: FleetDocument, path: DocumentPath): readonly Fix[] {
  const written = valueAt(document.value, path)
  if (path.at(-1) !== 'host' || typeof written !== 'string' || !document.nodeAt(path)) return []
  const destination = readSshDestination(written)
  const ssh = [...path.slice(0, -1), 'ssh']
  const given = valueAt(document.value, ssh)
  const map = document.nodeAt(ssh)
  if (!destination || (given !== undefined && (!isMap(map) || map.anchor !== undefined))) return []
  const { host, ...login } = destination
  const missing = Object.entries(login).filter(([key, value]) => valueAt(given, [key]) !== value)
  const isFree = missing.every(([key]) => valueAt(given, [key]) === undefined)
  if (!isFree) return []
  const title = missing.length > 0 ? t('Change to {0}, and move the rest to "ssh"', host) : t('Change to {0}', host)
  return fixBy(title, () => [
    setValue(document, path, yamlText(host, 'flow')),
    ...(given === undefined && missing.length > 0
      ? [setValue(document, ssh, yamlText(Object.fromEntries(missing), 'flow'))]
      : missing.map(([key, value]) => setValue(document, [...ssh, key], yamlText(value, 'flow')))),
  ])
}
