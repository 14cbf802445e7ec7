import { addWorker } from './add-worker'
import type { Operation } from './operation'
import { reload } from './reload'
import { restart } from './restart'
import { rollingRestart } from './rolling-restart'

/** Every operation there is. The palette, the tree's menus, the command line and the pickers all come from this list. */
export const operations: readonly Operation[] = [reload, addWorker, restart, rollingRestart]
