import * as vscode from 'vscode'

export const fleetLanguage = 'fleet-yaml'

/** Every file name that may hold a fleet; its text decides whether it does (`isFleetText`). */
export const fleetFileGlob = '**/{fleet.yaml,fleet.yml,*.fleet.yaml,*.fleet.yml}'

/** Where an editable fleet file comes from; not the sides of a diff, nor the versions in a repository. */
const schemes = ['file', 'untitled', 'vscode-vfs', 'vscode-remote']

/** Documents that the language server is asked about. The user may have set `files.associations` to plain YAML for this name. */
export const fleetDocumentSelector = schemes.flatMap(scheme => [
  { scheme, language: fleetLanguage },
  { scheme, language: 'yaml', pattern: fleetFileGlob },
])

/** Whether a document may hold a fleet, going by its language, name and origin alone. */
export function isFleetDocument(document: vscode.TextDocument): boolean {
  return vscode.languages.match(fleetDocumentSelector, document) > 0
}
