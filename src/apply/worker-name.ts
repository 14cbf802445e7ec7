import { t } from '@vscode/l10n'
import type { WorkerTarget } from '../plan/plan'

/** A worker's name in a sentence or before a line: `core-1 worker 3`. */
export const workerName = ({ server, id }: Pick<WorkerTarget, 'server' | 'id'>) => t('{0} worker {1}', server, id)
