import { withTimeout } from './access'
import { whyNoAnswer } from './failures'

const timeoutSeconds = 20

/**
 * Why VoxBridge would call a server unhealthy, as a sentence's middle; undefined if it would not. It asks `{base}/health/fleet`,
 * and wants 2xx within 20 s, status "ok", counts that are whole and not negative, and no more available than there are
 * (DESIGN §12). With workers in calls the answer may take 3 to 6 s. No token is sent.
 */
export async function whyUnhealthy(base: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`${base}/health/fleet`, {
      redirect: 'manual',
      headers: { accept: 'application/json', connection: 'close' },
      signal: withTimeout(signal),
    })
    const text = await answer.text()
    const target = answer.headers.get('location')
    if (answer.status >= 300 && answer.status < 400)
      return `${base}/health/fleet redirects${target ? ` to ${target.split('?')[0]}` : ''}`
    if (!answer.ok) return `${base}/health/fleet answers ${answer.status}`
    const wrong = whatIsWrong(text)
    return wrong && `${base}/health/fleet ${wrong}`
  } catch (error) {
    signal?.throwIfAborted()
    const [says] = whyNoAnswer(timeoutSeconds, error)
    return `${base}/health/fleet cannot be reached from here: ${says}`
  }
}

const counts = ['fleet_calls', 'fleet_max', 'fleet_available'] as const

/** What is wrong with a fleet's health, as a sentence's end. */
export function whatIsWrong(text: string): string | undefined {
  const health = (() => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      return undefined
    }
  })()
  if (typeof health !== 'object' || health === null) return 'answers with something that is no health'
  const { status, ...values } = health as Readonly<Record<string, unknown>>
  if (status !== 'ok') return `says status ${JSON.stringify(status) ?? 'nothing'}, not "ok"`
  const odd = counts.find(name => !Number.isInteger(values[name]) || Number(values[name]) < 0)
  if (odd) return `says ${odd} ${JSON.stringify(values[odd]) ?? 'nothing'}, which is no whole number from 0`
  return Number(values.fleet_available) > Number(values.fleet_max)
    ? `says that more calls are available (${values.fleet_available}) than there are (${values.fleet_max})`
    : undefined
}
