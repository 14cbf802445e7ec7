import * as vscode from 'vscode'
import { upstreamBlock } from '../../apply/upstream-block'
import type { Fleet } from '../../fleet/fleet'
import { renderUpstream } from '../../nginx/render'

/** The upstream block of a fleet, and any remarks on it. */
export interface UpstreamText {
  readonly text: string
  readonly note?: string
}

export type RenderUpstream = (file: vscode.Uri, fleet: Fleet) => Promise<UpstreamText>

/**
 * Renders the upstream block from the fleet's own template, or from the built-in one if it has none. In a folder that is not
 * trusted, its template is not run. Throws what the template throws.
 */
export const renderUpstreamText: RenderUpstream = async (file, fleet) => {
  if (fleet.loadBalancer.template === undefined || vscode.workspace.isTrusted) {
    return { text: await upstreamBlock(fleet, file.fsPath) }
  }
  const note = vscode.l10n.t(
    '{0} is not used until you trust this folder: this is the built-in template.',
    fleet.loadBalancer.template,
  )
  return { text: renderUpstream(fleet), note }
}
