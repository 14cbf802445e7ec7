import { t } from '@vscode/l10n'
import nunjucks from 'nunjucks'
import type { Fleet } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import { readUpstream } from './read-upstream'
import { methodDirective, serverParameters } from './server-line'
import { sandboxedEnvironment } from './template-sandbox'
import { UpstreamError } from './upstream-error'

/** The data that a template gets. A worker's `parameters` begin with a space if there are any. */
export interface TemplateContext {
  readonly upstream: string
  readonly zone: string | undefined
  /** Without a semicolon; empty for round robin. */
  readonly method: string
  readonly keepalive: number | undefined
  readonly workers: readonly {
    readonly id: number
    readonly server: string
    readonly address: string
    readonly parameters: string
    readonly maxConcurrentCalls: number
  }[]
  readonly fleet: Fleet
}

export function templateContext(fleet: Fleet): TemplateContext {
  const { upstream, zone, method, keepalive } = fleet.loadBalancer
  const workers = fleet.servers.flatMap(server =>
    server.workers.map(({ id, upstreamAddress, line, maxConcurrentCalls }) => ({
      id,
      server: server.name,
      address: upstreamAddress,
      parameters: serverParameters(line),
      maxConcurrentCalls,
    })),
  )
  return { upstream, zone, method: methodDirective(method), keepalive, workers, fleet }
}

/**
 * Renders the fleet's own template with Nunjucks: it sees the fleet, but no files and no code. It may loop for ever, so it
 * only runs in a worker that can be ended.
 * Throws UpstreamError if the template is wrong, or its result is not the fleet's upstream block.
 */
export function renderTemplate(fleet: Fleet, template: string): string {
  const environment = sandboxedEnvironment()
  let text: string
  try {
    // The block gets the line ends of the file that it goes into.
    text = nunjucks.compile(template.replaceAll('\r\n', '\n'), environment).render(templateContext(fleet))
  } catch (error) {
    throw templateError(error)
  }
  const block = readUpstream(text, fleet.loadBalancer.upstream)
  if (!block)
    throw new UpstreamError(
      t(
        'The template produces no block "upstream {0}". Add upstream {{ upstream }} { … } to it.',
        fleet.loadBalancer.upstream,
      ),
    )
  return text.slice(block.range.start, block.range.end).concat('\n')
}

/** Nunjucks says `(unknown path) [Line 3, Column 5]` and then, on a line of its own, what is wrong. */
function templateError(error: unknown): UpstreamError {
  const message = messageOf(error)
  const line = /\[Line (\d+)/.exec(message)?.[1]
  const words =
    message
      .split('\n')
      .at(-1)
      ?.trim()
      .replace(/^(Template render )?Error: /i, '') ?? message
  const said = line
    ? t('The template cannot be rendered (line {0}): {1}', line, words)
    : t('The template cannot be rendered: {0}', words)
  return new UpstreamError(said, {
    ...(line ? { line: Number(line) } : {}),
    cause: error,
  })
}
