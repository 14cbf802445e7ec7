import { t } from '@vscode/l10n'
import { timeoutSeconds, withTimeout } from './access'
import { bodyOf } from './body-of'
import { whyNoAnswer } from './failures'

/**
 * Why VoxBridge would call a server unhealthy, as the middle of a sentence; undefined if it would not. It asks `{base}/health/fleet`,
 * and expects 2xx within 20 s, status "ok", counts that are whole and not negative, and no more available than there are
 * (DESIGN §12). With workers in calls, the answer may take 3 to 6 s. No token is sent.
 */
export async function whyUnhealthy(base: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`${base}/health/fleet`, {
      redirect: 'manual',
      headers: { accept: 'application/json', connection: 'close' },
      signal: withTimeout(signal),
    })
    const text = (await bodyOf(answer)) ?? ''
    const target = answer.headers.get('location')
    if (answer.status >= 300 && answer.status < 400)
      return target
        ? t('{0}/health/fleet redirects to {1}', base, target.replace(/\?.*$/s, ''))
        : t('{0}/health/fleet redirects', base)
    if (!answer.ok) return t('{0}/health/fleet answers {1}', base, answer.status)
    return whatIsWrong(`${base}/health/fleet`, text)
  } catch (error) {
    signal?.throwIfAborted()
    const [says] = whyNoAnswer(timeoutSeconds, error)
    return t('{0}/health/fleet cannot be reached from here: {1}', base, says)
  }
}

const counts = ['fleet_calls', 'fleet_max', 'fleet_available'] as const

/** What is wrong with a fleet health page's answer. */
export function whatIsWrong(page: string, text: string): string | undefined {
  const health = (() => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      return undefined
    }
  })()
  if (typeof health !== 'object' || health === null) return t('{0} answers, but not with health', page)
  const { status, ...values } = health as Readonly<Record<string, unknown>>
  if (status !== 'ok') return t('{0} says status {1}, not "ok"', page, JSON.stringify(status) ?? t('nothing'))
  const odd = counts.find(name => !Number.isInteger(values[name]) || Number(values[name]) < 0)
  if (odd)
    return t(
      '{0} reports {1} {2}, which is not a whole number from 0',
      page,
      odd,
      JSON.stringify(values[odd]) ?? t('nothing'),
    )
  return Number(values.fleet_available) > Number(values.fleet_max)
    ? t(
        '{0} says that more calls are available ({1}) than there are ({2})',
        page,
        Number(values.fleet_available),
        Number(values.fleet_max),
      )
    : undefined
}
