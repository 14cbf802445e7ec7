import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node'
import type { FleetDocument } from '../fleet/document'
import type { Finding, Severity } from '../fleet/finding'
import { rangeIn } from './positions'

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
}

/** A finding as LSP has it. `related` places are left out for a client that does not show them. */
export function diagnosticOf(
  document: FleetDocument,
  uri: string,
  finding: Finding,
  client: { readonly related: boolean },
): Diagnostic {
  const { code, message, range, related, severity } = finding
  return {
    range: rangeIn(document, range),
    severity: severities[severity],
    code,
    source: 'fleet-ops',
    message,
    ...(client.related && related.length > 0
      ? {
          relatedInformation: related.map(place => ({
            location: { uri, range: rangeIn(document, place.range) },
            message: place.message,
          })),
        }
      : {}),
  }
}
