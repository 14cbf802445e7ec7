import { t } from '@vscode/l10n'
import { isMap } from 'yaml'
import type { DocumentPath, FleetDocument } from './document'
import type { Fix } from './finding'
import { fixBy } from './fixes'
import { schemaAt } from './schema'
import { setValue } from './set-value'
import { valueAt } from './value-at'
import { yamlText } from './yaml-text'

/** A host as a command line of ssh has it: `user@host`, `ssh://user@host:port`. */
const destination = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^@:/\s]+))(?::(\d{1,5}))?\/?$/i

/**
 * The fix that moves user and port from a `host` to the `ssh` beside it. None where that says otherwise already, and where what it says
 * stands elsewhere too.
 */
export function hostAlone(document: FleetDocument, path: DocumentPath): readonly Fix[] {
  const written = valueAt(document.value, path)
  if (path.at(-1) !== 'host' || typeof written !== 'string' || !document.nodeAt(path)) return []
  const [, user, bracketed, plain, port] = destination.exec(written) ?? []
  const host = bracketed ?? plain
  const ssh = [...path.slice(0, -1), 'ssh']
  const given = valueAt(document.value, ssh)
  const map = document.nodeAt(ssh)
  if (host === undefined || (given !== undefined && (!isMap(map) || map.anchor !== undefined))) return []
  const parts = { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) }
  const missing = Object.entries(parts).filter(([key, value]) => valueAt(given, [key]) !== value)
  const isFree = missing.every(([key]) => valueAt(given, [key]) === undefined)
  const passes = [[path, host] as const, ...missing.map(([key, value]) => [[...ssh, key], value] as const)].every(
    ([place, value]) => new RegExp(schemaAt(place)?.pattern ?? '', 'u').test(String(value)),
  )
  if (!isFree || !passes || (parts.port ?? 1) < 1 || (parts.port ?? 1) > 65_535) return []
  const title = missing.length > 0 ? t('Change to {0}, and move the rest to "ssh"', host) : t('Change to {0}', host)
  return fixBy(title, () => [
    setValue(document, path, yamlText(host, 'flow')),
    ...(given === undefined && missing.length > 0
      ? [setValue(document, ssh, yamlText(Object.fromEntries(missing), 'flow'))]
      : missing.map(([key, value]) => setValue(document, [...ssh, key], yamlText(value, 'flow')))),
  ])
}
