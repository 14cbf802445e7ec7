import type { Fleet } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import { renderUpstream } from '../nginx/render'
import { renderTemplateInWorker } from '../nginx/render-in-worker'
import { UpstreamError } from '../nginx/upstream-error'
import { threadEntry } from '../remote/thread-entry'
import { templateText } from './template-text'

/**
 * The upstream block of a fleet: rendered from the fleet's own template, which is beside fleet.yaml at `path` and runs in a thread
 * that can be ended, or from the built-in one. Throws UpstreamError, which names the template.
 */
export async function upstreamBlock(fleet: Fleet, path: string): Promise<string> {
  const { template } = fleet.loadBalancer
  if (template === undefined) return renderUpstream(fleet)
  try {
    return await renderTemplateInWorker(threadEntry('template-worker'), fleet, await templateText(path, template))
  } catch (error) {
    const line = error instanceof UpstreamError && error.line !== undefined ? { line: error.line } : {}
    throw new UpstreamError(`${template}: ${messageOf(error)}`, {
      ...line,
      cause: error,
    })
  }
}
