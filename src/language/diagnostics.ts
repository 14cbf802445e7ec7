import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node'
import type { Finding, FindingCode, Severity } from '../fleet/finding'
import type { CheckedDocument } from './checked-document'
import type { FeatureContext } from './feature'

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
}

/** Findings about text that does nothing: it can be removed, and editors show it faded. */
const aboutUnnecessary: readonly FindingCode[] = ['duplicate-worker']

/** A finding as an LSP diagnostic, without what the client cannot show. */
export function diagnosticOf(
  checked: CheckedDocument,
  { code, message, range, related, severity }: Finding,
  { client, surroundings }: FeatureContext,
): Diagnostic {
  return {
    range: checked.rangeOf(range),
    severity: severities[severity],
    code,
    source: 'fleet-ops',
    message,
    ...(client.codeDescriptions && surroundings.findingsPage
      ? { codeDescription: { href: `${surroundings.findingsPage}#${code}` } }
      : {}),
    ...(client.unnecessaryTag && aboutUnnecessary.includes(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(client.related && related.length > 0
      ? {
          relatedInformation: related.map(place => ({
            location: { uri: checked.uri, range: checked.rangeOf(place.range) },
            message: place.message,
          })),
        }
      : {}),
  }
}
