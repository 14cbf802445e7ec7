import { t } from '@vscode/l10n'
import { serverCapacity } from '../capacity'
import type { FleetDocument } from '../document'
import type { Fix } from '../finding'
import { fixBy } from '../fixes'
import type { Server } from '../fleet'
import { setValue } from '../set-value'
import { counted, listOf, sentences } from '../words'
import { fewerWorkers } from './fewer-workers'
import { type FindingRule, rangeNear } from './rule'

/** All workers of a server at full load need more cores than it has. */
export const serverOverCores: FindingRule = {
  code: 'server-over-cores',
  severity: 'warning',
  *find({ document, fleet }) {
    const { callsPerCore } = fleet.service
    for (const server of fleet.servers) {
      const over = overCores(server, callsPerCore)
      if (!over) continue
      yield {
        range: rangeNear(document, ['servers', server.name, 'workers']),
        message: over.message,
        related: document.rangeOf(['servers', server.name, 'cores'], 'value')
          ? [
              {
                range: rangeNear(document, ['servers', server.name, 'cores']),
                message: counted(server.cores ?? 0, 'core'),
              },
            ]
          : [],
        fixes: over.ways.flatMap(way => fixOf(document, server, way)),
      }
    }
  },
}

/** Says that workers at full load need more cores than their server has, and what would fit; undefined if they do not or it is unknown. */
export function overCores(
  server: Pick<Server, 'name' | 'cores' | 'workers' | 'maxConcurrentCalls'>,
  callsPerCore: number,
): { readonly message: string; readonly ways: readonly Way[] } | undefined {
  const capacity = serverCapacity(server)
  if (server.cores === undefined || capacity <= server.cores * callsPerCore) return undefined
  const carried = Math.floor(server.cores * callsPerCore)
  const ways = waysOut(server, carried)
  const words = ways.map(way => way.words)
  return {
    message: sentences(
      t(
        '{0} would take {1} ({2} × {3}), and its {4} can carry about {5} ({6} a core).',
        server.name,
        counted(capacity, 'call'),
        counted(server.workers.length, 'worker'),
        server.maxConcurrentCalls,
        counted(server.cores, 'core'),
        carried,
        callsPerCore,
      ),
      ways.length > 0 ? t('{0} would do.', listOf(words, 'or')) : t('It needs more cores.'),
    ),
    ways,
  }
}

interface Way {
  readonly key: 'workers' | 'max_concurrent_calls'
  readonly value: number
  readonly words: string
}

/** Fewer workers, or fewer calls on each, that the cores can carry. */
function waysOut(
  { workers, maxConcurrentCalls }: Pick<Server, 'workers' | 'maxConcurrentCalls'>,
  carried: number,
): readonly Way[] {
  const fewer = Math.floor(carried / maxConcurrentCalls)
  const less = Math.floor(carried / workers.length)
  return [
    { key: 'workers' as const, value: fewer, words: counted(fewer, 'worker') },
    { key: 'max_concurrent_calls' as const, value: less, words: t('{0} a worker', counted(less, 'call')) },
  ].filter(({ value }) => value > 0)
}

function fixOf(document: FleetDocument, server: Server, { key, value, words }: Way): readonly Fix[] {
  if (key === 'workers') return fewerWorkers(document, server.name, value)
  return fixBy(t('Lower to {0}', words), () => setValue(document, ['servers', server.name, key], String(value)))
}
