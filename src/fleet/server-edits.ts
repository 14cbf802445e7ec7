import { t } from '@vscode/l10n'
import { isMap } from 'yaml'
import type { FleetDocument } from './document'
import { only } from './edit-only'
import { FleetEditError } from './fleet-edit-error'
import type { FleetFile, Server } from './generated/fleet-file'
import { columnOf, endOfLine, newlineOf } from './lines'
import { endOf, startOf } from './node-places'
import { removeEntry } from './remove-entry'
import { setValue } from './set-value'
import type { TextEdit } from './text'
import { yamlText } from './yaml-text'

/** The keys of a new server, in the order in which they are written. */
export type NewServer = Pick<
  NonNullable<Server>,
  'host' | 'address' | 'cores' | 'workers' | 'max_concurrent_calls' | 'url' | 'ssh'
>

/**
 * Adds a server below the last one, laid out like that one: on lines of its own or in braces, with an empty line before it if the
 * others have one. Throws FleetEditError for a name that is taken, and for a layout in which the edit would change more.
 */
export function addServer(document: FleetDocument, name: string, server: NewServer): readonly TextEdit[] {
  const { servers = {} } = document.value as Partial<FleetFile>
  if (Object.hasOwn(servers, name)) throw new FleetEditError(t('Server {0} already exists.', name))
  const written = Object.fromEntries(Object.entries(server).filter(([, value]) => value !== undefined))
  const map = document.nodeAt(['servers'])
  const edit =
    isMap(map) && !map.flow && map.items.length > 0
      ? addBelow(document, name, written)
      : setValue(document, ['servers', name], yamlText(written, 'flow'))
  return only(document, [edit], [[['servers', name], written]])
}

function addBelow(document: FleetDocument, name: string, server: object): TextEdit {
  const { text } = document
  const map = document.nodeAt(['servers'])
  const items = isMap(map) ? map.items : []
  const [before, last] = [items.at(-2), items.at(-1)]
  const newline = newlineOf(text)
  const indent = ' '.repeat(columnOf(text, startOf(last?.key) ?? 0))
  const at = endOfLine(text, endOf(text, last) ?? text.length)
  const sibling = isMap(last?.value) ? last.value : undefined
  const step = sibling && !sibling.flow ? columnOf(text, startOf(sibling.items[0]?.key) ?? 0) - indent.length : 2
  const lines = sibling?.flow
    ? [`${indent}${yamlText(name, 'flow')}: ${yamlText(server, 'flow')}`]
    : [
        `${indent}${yamlText(name, 'flow')}:`,
        ...Object.entries(server).map(
          ([key, value]) => `${indent}${' '.repeat(step)}${key}: ${yamlText(value, 'flow')}`,
        ),
      ]
  const apart = before && /\n[ \t]*\r?\n/.test(text.slice(endOf(text, before), startOf(last?.key))) ? newline : ''
  return { range: { start: at, end: at }, newText: `${newline}${apart}${lines.join(newline)}` }
}

/**
 * Removes a server with its lines; of two empty lines that would then meet, one goes too. Throws FleetEditError if the server does not
 * exist, is the only one, or shares something with another.
 */
export function removeServer(document: FleetDocument, name: string): readonly TextEdit[] {
  const { servers = {} } = document.value as Partial<FleetFile>
  if (!Object.hasOwn(servers, name)) throw new FleetEditError(t('Server {0} does not exist.', name))
  if (Object.keys(servers).length === 1)
    throw new FleetEditError(t('{0} is the only server: a fleet needs at least one.', name))
  const edit = removeEntry(document, ['servers', name])
  const { start, end } = edit.range
  const empty = /(\r?\n)[ \t]*$/.exec(document.text.slice(0, start))
  const meets = empty && edit.newText === '' && /^[ \t]*\r?\n[ \t]*\r?(\n|$)/.test(document.text.slice(end))
  return only(
    document,
    [meets ? { ...edit, range: { start: empty.index, end } } : edit],
    [[['servers', name], undefined]],
  )
}
