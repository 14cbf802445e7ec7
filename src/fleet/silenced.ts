import type { FleetDocument } from './document'
import type { Finding } from './finding'

const comment = /#\s*fleet-ops-disable-next-line\s+([a-z-]+(?:[\s,]+[a-z-]+)*)\s*$/

/** Whether the line above a finding silences it: `# fleet-ops-disable-next-line CODE`. What YAML cannot read is never silenced. */
export function silenced(document: FleetDocument, { code, range }: Finding): boolean {
  if (code === 'yaml-syntax' || !document.text.includes('fleet-ops-disable-next-line')) return false
  const startOfLine = document.text.lastIndexOf('\n', range.start - 1) + 1
  const above = document.text
    .slice(document.text.lastIndexOf('\n', startOfLine - 2) + 1, Math.max(0, startOfLine - 1))
    .trimEnd()
  return (
    comment
      .exec(above)?.[1]
      ?.split(/[\s,]+/)
      .includes(code) ?? false
  )
}
