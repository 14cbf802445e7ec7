import type { FleetDocument } from './fleet-document'
import { FleetReader } from './fleet-reader'

export type { DocumentPath, FleetDocument } from './fleet-document'

/** Reads a fleet.yaml. Never throws: what is wrong with the text is in `syntax`. */
export function parseFleetDocument(text: string): FleetDocument {
  return new FleetReader().read(text)
}
