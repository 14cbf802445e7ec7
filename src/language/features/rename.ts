import { t } from '@vscode/l10n'
import {
  LSPErrorCodes,
  PrepareRenameRequest,
  type PrepareRenameResult,
  RenameRequest,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver/node'
import type { FleetDocument } from '../../fleet/document'
import { isServerName, serverNameRule } from '../../fleet/server-name'
import { setValue } from '../../fleet/set-value'
import type { TextEdit } from '../../fleet/text'
import { sentences } from '../../fleet/words'
import { yamlText } from '../../fleet/yaml-text'
import { feature } from '../feature'
import { inEffect } from '../hover/in-effect'
import { placesOf, serverNameAt } from '../server-references'

/** Where a rename can begin: on a server's name. */
export const prepareRename = feature({
  request: PrepareRenameRequest.type,
  offer: client =>
    client.knows('rename') ? { renameProvider: client.preparedRename ? { prepareProvider: true } : true } : undefined,
  answer: (checked, { position }): PrepareRenameResult | null => {
    const found = serverNameAt(checked.document, checked.offsetAt(position))
    return found ? { range: checked.rangeOf(found.range), placeholder: found.name } : null
  },
})

/** Gives a server another name wherever it stands. Where it stood for the host too, the host is written out: it stays the same machine. */
export const rename = feature({
  request: RenameRequest.type,
  offer: () => undefined,
  answer: (checked, { position, newName }): WorkspaceEdit | null => {
    const { document } = checked
    const found = serverNameAt(document, checked.offsetAt(position))
    if (!found) return null
    if (newName === found.name) return { changes: {} }
    refuse(reasonAgainst(document, newName))
    const edits = [...renamed(document, found.name, newName), ...hostKept(document, found.name)]
    return { changes: { [checked.uri]: edits.map(edit => checked.editOf(edit)) } }
  },
})

function reasonAgainst(document: FleetDocument, newName: string): string | undefined {
  if (!isServerName(newName)) return sentences(t('"{0}" cannot be a server\'s name.', newName), serverNameRule())
  return document.rangeOf(['servers', newName], 'key') ? t('There is a server "{0}" already.', newName) : undefined
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, reason)
}

function renamed(document: FleetDocument, name: string, newName: string): readonly TextEdit[] {
  return placesOf(document, name).map(({ range, isPart }) => {
    const isQuoted = ['"', "'"].includes(document.text.charAt(range.start - 1))
    // A name such as 1 or true is text only in quotes.
    return { range, newText: isQuoted || isPart ? newName : yamlText(newName, 'flow') }
  })
}

function hostKept(document: FleetDocument, name: string): readonly TextEdit[] {
  const path = ['servers', name, 'host']
  if (inEffect(document, path)?.source !== 'name') return []
  try {
    return [setValue(document, path, yamlText(name, 'flow'))]
  } catch {
    // The server is no map, which is an error of its own.
    return []
  }
}
