import { isMap } from 'yaml'
import { parseFleetDocument } from './document'
import type { FleetDocument } from './fleet-document'
import { fleetFileAtAGlance } from './fleet-file-glance'

/** What looks like a key of ours at the top of a text in braces. */
const likely = /^(?:\uFEFF|---[ \t])?[ \t]*\{[^\n]*\b(?:servers|load_balancer)["']?[ \t]*:/m

/**
 * Whether a file is a fleet.yaml of ours: by its name, and by `servers` or `load_balancer` at the top level, or by being empty.
 * Rancher Fleet gives its own files the same name.
 * @param parsed returns the parsed text, for a caller that has it; only called if a glance does not tell
 */
export function isFleetFile(path: string, text: string, parsed = () => parseFleetDocument(text)): boolean {
  return fleetFileAtAGlance(path, text) ?? hasOurKeys(parsed())
}

function hasOurKeys(document: FleetDocument): boolean {
  const top = document.nodeAt([])
  // For a text that cannot be parsed, go by its looks: it is being typed, or there are findings to report.
  if (!top) return likely.test(document.text)
  return isMap(top) && ['servers', 'load_balancer'].some(key => document.rangeOf([key], 'key') !== undefined)
}
