// Renders one template and exits: a separate entry point, for a thread that can be ended if the template never ends.

import { parentPort, workerData } from 'node:worker_threads'
import type { Fleet } from '../fleet/fleet'
import { messageOf } from '../fleet/message-of'
import { renderTemplate } from './template'
import { UpstreamError } from './upstream-error'

/** What the thread is given. */
export interface TemplateWork {
  readonly fleet: Fleet
  readonly template: string
}

/** What it answers with. */
export type TemplateAnswer = { readonly text: string } | { readonly message: string; readonly line?: number }

function answer({ fleet, template }: TemplateWork): TemplateAnswer {
  try {
    return { text: renderTemplate(fleet, template) }
  } catch (error) {
    const line = error instanceof UpstreamError ? error.line : undefined
    return { message: messageOf(error), ...(line === undefined ? {} : { line }) }
  }
}

parentPort?.postMessage(answer(workerData as TemplateWork))
