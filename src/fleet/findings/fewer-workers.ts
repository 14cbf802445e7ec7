import { t } from '@vscode/l10n'
import type { FleetDocument } from '../document'
import type { Fix } from '../finding'
import { fixBy } from '../fixes'
import { setValue } from '../set-value'
import { valueAt } from '../value-at'
import { counted } from '../words'

/** The fix that lowers the number of workers of a server. None for a list: which workers go, with which options, is not for us to choose. */
export function fewerWorkers(document: FleetDocument, server: string, count: number): readonly Fix[] {
  const path = ['servers', server, 'workers']
  const isCount = typeof valueAt(document.value, path) === 'number'
  if (!isCount || document.rangeOf(['servers', server, 'worker_options'], 'key')) return []
  return fixBy(t('Lower to {0}', counted(count, 'worker')), () => setValue(document, path, String(count)))
}
