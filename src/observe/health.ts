import { t } from '@vscode/l10n'
import type { Worker } from '../fleet/fleet'
import type { WorkerHealth } from '../fleet/observed'
import type { HttpResponse } from '../remote/connection'

/**
 * What an answer to `GET /health` means. VoxCore sends `status`, `worker_calls`, `worker_max`, and `worker_port` for a worker on a
 * port or `worker_id` for one on a socket; anything else that answers is not the worker that was asked for.
 */
export function readHealth(
  { status, body }: HttpResponse,
  { id, endpoint }: Pick<Worker, 'id' | 'endpoint'>,
): WorkerHealth {
  if (status < 200 || status > 299) return { kind: 'wrong', reason: t('it answers with HTTP status {0}', status) }
  const said = jsonObject(body)
  if (!said) return { kind: 'wrong', reason: t('its answer is not JSON') }
  const {
    status: word,
    worker_calls: calls,
    worker_max: max,
    worker_port: port,
    worker_id: saidId,
    worker_pid: pid,
  } = said
  if (!isCount(calls) || !isCount(max)) return { kind: 'wrong', reason: t("its answer lacks a worker's call counts") }
  if (endpoint.kind === 'port' && typeof port === 'number' && port !== endpoint.port) {
    return { kind: 'wrong', reason: t('the worker of port {0} answers on port {1}', port, endpoint.port) }
  }
  if (endpoint.kind === 'socket' && isNumber(saidId) && Number(saidId) !== id) {
    return { kind: 'wrong', reason: t('worker {0} answers on {1}', Number(saidId), endpoint.path) }
  }
  return {
    kind: 'ok',
    status: typeof word === 'string' ? word : 'ok',
    calls,
    max,
    ...(isCount(pid) && pid > 0 ? { pid } : {}),
  }
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** systemd treats a template's instance as text, and so may whatever passes it on. */
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0
