import type { Step } from '../plan/plan'
import type { Carry } from './step-context'
import { copyTree } from './steps/copy-tree'
import { createUser } from './steps/create-user'
import { daemonReload } from './steps/daemon-reload'
import { disableWorker } from './steps/disable-worker'
import { enableWorker } from './steps/enable-worker'
import { install } from './steps/install'
import { noteRollout } from './steps/note-rollout'
import { pause } from './steps/pause'
import { deregister, register } from './steps/register'
import { reload } from './steps/reload'
import { restartWorker } from './steps/restart-worker'
import { setFirewall } from './steps/set-firewall'
import { setVariable } from './steps/set-variable'
import { waitCallsBelow } from './steps/wait-calls-below'
import { waitDrained } from './steps/wait-drained'
import { waitReachable } from './steps/wait-reachable'
import { waitReady } from './steps/wait-ready'
import { writeUpstream } from './steps/write-upstream'

/** How each kind of step is carried out. */
const carriers: { readonly [Kind in Step['kind']]: Carry<Extract<Step, { kind: Kind }>> } = {
  'write-upstream': writeUpstream,
  reload,
  'set-variable': setVariable,
  'enable-worker': enableWorker,
  'disable-worker': disableWorker,
  'restart-worker': restartWorker,
  'wait-drained': waitDrained,
  'wait-ready': waitReady,
  'wait-calls-below': waitCallsBelow,
  pause,
  register,
  'create-user': createUser,
  'copy-tree': copyTree,
  install,
  'daemon-reload': daemonReload,
  'wait-reachable': waitReachable,
  deregister,
  'note-rollout': noteRollout,
  'set-firewall': setFirewall,
}

/** Carries out a step of any kind. */
export const carryOut = ((step, context) => (carriers[step.kind] as Carry<Step>)(step, context)) satisfies Carry<Step>
