import { fleetFileAtAGlance } from '../../fleet/fleet-file-glance'

/** Whether a file is a fleet.yaml of ours (`isFleetFile`). The YAML parser is only loaded for a text that needs it. */
export async function isFleetText(path: string, text: string): Promise<boolean> {
  const glance = fleetFileAtAGlance(path, text)
  if (glance !== undefined) return glance
  const { isFleetFile } = await import('../../fleet/is-fleet-file')
  return isFleetFile(path, text)
}
