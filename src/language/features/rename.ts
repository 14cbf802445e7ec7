import {
  LSPErrorCodes,
  PrepareRenameRequest,
  type PrepareRenameResult,
  RenameRequest,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver/node'
import { FleetEditError } from '../../fleet/fleet-edit-error'
import { renameServer } from '../../fleet/rename-server'
import { serverNameAt } from '../../fleet/server-references'
import { feature } from '../feature'

/** Where a rename can begin: on a server's name. */
export const prepareRename = feature({
  request: PrepareRenameRequest.type,
  asks: ['position'],
  offer: client =>
    client.knows('rename') ? { renameProvider: client.preparedRename ? { prepareProvider: true } : true } : undefined,
  answer: (checked, { position }): PrepareRenameResult | null => {
    const found = serverNameAt(checked.document, checked.offsetAt(position))
    return found ? { range: checked.rangeOf(found.range), placeholder: found.name } : null
  },
})

/** Renames a server everywhere. If the name was also the host, the host is written out, so that it stays the same machine. */
export const rename = feature({
  request: RenameRequest.type,
  asks: ['position', 'newName'],
  offer: () => undefined,
  answer: (checked, { position, newName }): WorkspaceEdit | null => {
    const { document } = checked
    const found = serverNameAt(document, checked.offsetAt(position))
    if (!found) return null
    if (newName === found.name) return { changes: {} }
    const edits = refusing(() => renameServer(document, found.name, newName))
    return { changes: { [checked.uri]: edits.map(edit => checked.editOf(edit)) } }
  },
})

/** Passes errors that a person should read on to the client. */
function refusing<Answer>(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    throw error instanceof FleetEditError ? new ResponseError(LSPErrorCodes.RequestFailed, error.message) : error
  }
}
