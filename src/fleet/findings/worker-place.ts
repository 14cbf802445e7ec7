import type { FleetDocument } from '../document'
import type { Finding } from '../finding'
import type { Worker } from '../fleet'
import { valueAt } from '../value-at'
import { rangeNear } from './rule'

/** Where a worker of a server is written: its number in a list, or else the number of workers. */
export function rangeOfWorker(document: FleetDocument, { server, id }: Worker): Finding['range'] {
  const path = ['servers', server, 'workers']
  const written = valueAt(document.value, path)
  const index = Array.isArray(written) ? written.indexOf(id) : -1
  return rangeNear(document, index < 0 ? path : [...path, index])
}
