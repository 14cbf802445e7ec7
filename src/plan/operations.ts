import { addServer } from './add-server'
import { addWorker } from './add-worker'
import { apply } from './apply'
import { drain } from './drain'
import type { Operation } from './operation'
import { register } from './register'
import { reload } from './reload'
import { removeServer } from './remove-server'
import { removeWorker } from './remove-worker'
import { restart } from './restart'
import { rollingRestart } from './rolling-restart'
import { setCalls } from './set-calls'
import { undrain } from './undrain'

/** Every operation. The palette, the tree's menus, the command line and the pickers all come from this list. */
export const operations: readonly Operation[] = [
  reload,
  addWorker,
  removeWorker,
  addServer,
  removeServer,
  restart,
  rollingRestart,
  drain,
  undrain,
  setCalls,
  apply,
  register,
]
