import { t } from '@vscode/l10n'
import type { FleetDocument } from './document'
import type { Finding } from './finding'
import type { FleetFile } from './generated/fleet-file'
import { workerIds } from './resolve'

/** As many as on a thousand servers of fifty cores. */
const mostWorkers = 50_000

/** The finding about too many workers, made before any worker is: a few digits can ask for millions. */
export function fleetSize(document: FleetDocument, { servers }: FleetFile): Finding | undefined {
  let workers = 0
  for (const server of Object.values(servers))
    workers += typeof server?.workers === 'number' ? server.workers : workerIds(server?.workers).length
  if (workers <= mostWorkers) return undefined
  return {
    code: 'invalid-value',
    severity: 'error',
    range: document.rangeOf(['servers'], 'key') ?? { start: 0, end: 0 },
    message: t(
      'These servers would run {0} workers, and a fleet has at most {1}. Lower "workers", or split the fleet into several files.',
      workers,
      mostWorkers,
    ),
    related: [],
    fixes: [],
  }
}
