import { t } from '@vscode/l10n'
import type { WorkerTarget } from '../plan/plan'

/** A worker in a sentence and in front of a line: `core-1 worker 3`. */
export const workerName = ({ server, id }: Pick<WorkerTarget, 'server' | 'id'>) => t('{0} worker {1}', server, id)
