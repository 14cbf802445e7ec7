import { t } from '@vscode/l10n'
import type { DocumentPath, FleetDocument } from './document'
import { leadTo } from './edit-only'
import { FleetEditError } from './fleet-edit-error'
import { isServerName, serverNameRule } from './server-name'
import { jumpPaths, placesOf } from './server-references'
import { setValue } from './set-value'
import type { TextEdit } from './text'
import { valueAt, withValue } from './value-at'
import { sentences } from './words'
import { yamlText } from './yaml-text'

/**
 * Renames a server everywhere. If the name was also the host, the host is written out, so that it stays the same machine.
 * Throws FleetEditError for a name that is not valid or means something already, and for a layout in which the edit would change more.
 */
export function renameServer(document: FleetDocument, name: string, newName: string): readonly TextEdit[] {
  const reason = reasonAgainst(document, newName)
  if (reason !== undefined) throw new FleetEditError(reason)
  const host = ['servers', name, 'host']
  const edits = [
    ...placesOf(document, name).map(({ range, isBare }) => ({
      range,
      newText: isBare ? yamlText(newName, 'flow') : newName,
    })),
    ...(needsHost(valueAt(document.value, ['servers', name]))
      ? [setValue(document, host, yamlText(name, 'flow'))]
      : []),
  ]
  if (leadTo(document, edits, renamed(document, name, newName))) return edits
  throw new FleetEditError(
    document.syntax.length > 0
      ? t('{0} cannot be renamed while the file has YAML syntax errors. Fix them first.', name)
      : t(
          '{0} cannot be renamed in this file: an anchor, a merge or a tag shares it with something else. Write it out where it is used, and try again.',
          name,
        ),
  )
}

function reasonAgainst(document: FleetDocument, newName: string): string | undefined {
  if (!isServerName(newName)) return sentences(t('"{0}" cannot be a server\'s name.', newName), serverNameRule())
  if (valueAt(document.value, ['servers', newName]) !== undefined) return t('Server "{0}" already exists.', newName)
  if (valueAt(document.value, ['load_balancer', 'host']) === newName)
    return t(
      '"{0}" is the host of the load balancer, a machine of its own: a server of that name would be taken for it.',
      newName,
    )
  const jump = jumpPaths(document).find(path => hopsOf(document.value, path).includes(newName))
  return (
    jump &&
    t(
      '"{0}" is a host of its own, which {1} names: a server of that name would be taken for it.',
      newName,
      jump.join('.'),
    )
  )
}

/** The value of the file with the server under its new name. */
function renamed(document: FleetDocument, name: string, newName: string): unknown {
  const { value } = document
  const hops = (path: DocumentPath) => hopsOf(value, path).map(hop => (hop === name ? newName : hop))
  const jumping = jumpPaths(document)
    .filter(path => hopsOf(value, path).includes(name))
    .reduce((changed, path) => withValue(changed, path, hops(path).join(',')), value)
  const server = valueAt(jumping, ['servers', name])
  const moved = withValue(
    withValue(jumping, ['servers', name], undefined),
    ['servers', newName],
    needsHost(server) ? { ...server, host: name } : server,
  )
  const reference = ['load_balancer', 'server']
  return valueAt(moved, reference) === name ? withValue(moved, reference, newName) : moved
}

function hopsOf(value: unknown, path: DocumentPath): readonly string[] {
  const jump = valueAt(value, path)
  return typeof jump === 'string' ? jump.split(',') : []
}

/** Whether a server's name is its host. Anything but a map is not a server yet, which is an error of its own. */
function needsHost(server: unknown): server is object | null {
  if (server === null) return true
  return typeof server === 'object' && !Array.isArray(server) && (valueAt(server, ['host']) ?? null) === null
}
