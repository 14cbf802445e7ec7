import { Worker } from 'node:worker_threads'
import { t } from '@vscode/l10n'
import type { Fleet } from '../fleet/fleet'
import type { TemplateAnswer, TemplateWork } from './template-worker'
import { UpstreamError } from './upstream-error'

/** A template that takes longer than this is assumed never to end. */
const renderMilliseconds = 1_000

/**
 * Renders the fleet's own template in a thread, which is ended after `timeoutMilliseconds`.
 * `workerUrl` is the URL of dist/template-worker.js. Throws UpstreamError.
 */
export function renderTemplateInWorker(
  workerUrl: URL,
  fleet: Fleet,
  template: string,
  { timeoutMilliseconds = renderMilliseconds } = {},
): Promise<string> {
  const work: TemplateWork = { fleet, template }
  // Starting a thread takes a while too, and does not count against the template.
  const worker = new Worker(workerUrl, { workerData: work, env: {}, resourceLimits: { maxOldGenerationSizeMb: 128 } })
  return new Promise<string>((done, fail) => {
    let timer: NodeJS.Timeout | undefined
    worker
      .once('online', () => {
        timer = setTimeout(
          () =>
            fail(
              new UpstreamError(
                t('The template did not finish within {0} s. Does it loop forever?', timeoutMilliseconds / 1000),
              ),
            ),
          timeoutMilliseconds,
        )
      })
      .once('message', (answer: TemplateAnswer) => {
        if ('text' in answer) done(answer.text)
        else fail(new UpstreamError(answer.message, answer.line === undefined ? {} : { line: answer.line }))
      })
      .once('error', error =>
        fail(new UpstreamError(t('The template cannot be rendered: {0}', error.message), { cause: error })),
      )
      .once('exit', () => {
        clearTimeout(timer)
        fail(new UpstreamError(t('The template produced no text.')))
      })
  }).finally(() => void worker.terminate())
}
