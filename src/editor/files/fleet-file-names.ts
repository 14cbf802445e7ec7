import * as vscode from 'vscode'

export const fleetLanguage = 'fleet-yaml'

/** Every file name that may hold a fleet; whether it does, its text says (`isFleetFile`). */
export const fleetFileGlob = '**/{fleet.yaml,fleet.yml,*.fleet.yaml,*.fleet.yml}'

/** Documents that the language server is asked about. Someone may have set `files.associations` for the name to plain YAML. */
export const fleetDocumentSelector = [{ language: fleetLanguage }, { language: 'yaml', pattern: fleetFileGlob }]

/** Whether a document may hold a fleet, going by its language and name alone. */
export function isFleetDocument(document: vscode.TextDocument): boolean {
  return vscode.languages.match(fleetDocumentSelector, document) > 0
}
