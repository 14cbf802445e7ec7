import { t } from '@vscode/l10n'
import { isLoopback } from '../../fleet/addresses'
import type { Fleet, Server } from '../../fleet/fleet'
import type { Observed, ObservedEquipment, ServerEquipment } from '../../fleet/observed'
import { counted, listOf } from '../../fleet/words'
import { allOf, type Checked, refusal, warning } from '../checks'
import { isRunning } from '../observed-worker'
import { sayBytes } from '../say-bytes'
import { type Lacking, needsCopy } from './copies'

const notAsked = (): ObservedEquipment => ({ reachable: false, message: t('it was not asked') })

/** What was found on a server. */
export const equipmentOf = ({ equipment }: Observed, name: string | undefined): ObservedEquipment =>
  (name === undefined ? undefined : equipment?.[name]) ?? notAsked()

/** The lowest user ids are the system's; those of people begin here (login.defs(5), UID_MIN). */
const firstPerson = 1000

/** Whether the server can become one of the fleet's at all. */
export function checkMachine({ name }: Server, own: ObservedEquipment): Checked {
  if (!own.reachable) return refusal(t('{0} cannot be reached: {1}', name, own.message), own.remedy)
  return allOf(
    own.systemd
      ? allOf()
      : refusal(t('{0} is not running systemd', name), t('workers are units of systemd: use a server that runs it')),
    own.missingTools.length === 0
      ? allOf()
      : refusal(
          t('{0} has no {1}', name, listOf(own.missingTools)),
          t('install what has them on {0}: tar, gzip, util-linux, passwd and libc-bin on Debian', name),
        ),
  )
}

/** Whether what it lacks can be copied from the source. */
export function checkSource(
  fleet: Fleet,
  { name }: Server,
  own: ServerEquipment,
  source: { readonly name: string | undefined; readonly equipment: ObservedEquipment },
  lacking: Lacking,
): Checked {
  if (!needsCopy(lacking)) return checkUser(name, source.name, undefined, lacking)
  const what = t('{0} lacks {1}', name, listOf(namesOf(fleet, lacking)))
  if (source.name === undefined)
    return refusal(
      t('{0}, and there is no other server to copy it from', what),
      t('set {0} up by hand, then run this again', name),
    )
  if (!source.equipment.reachable)
    return refusal(
      t('{0}, and {1} cannot be reached to copy it from: {2}', what, source.name, source.equipment.message),
      source.equipment.remedy ?? t('give --from with a server that can be reached'),
    )
  return allOf(
    checkSame(name, own, source.name, source.equipment),
    checkHas(fleet, source.name, source.equipment, lacking),
    checkArchitecture(fleet, name, own, source.name, source.equipment),
    checkRoom(fleet, name, own, source.equipment, lacking),
    checkUser(name, source.name, source.equipment, lacking),
  )
}

function namesOf({ service }: Fleet, lacking: Lacking): readonly string[] {
  return [
    ...(lacking.directory ? [service.directory] : []),
    ...(lacking.environment ? [service.envFile] : []),
    ...(lacking.unit ? [`${service.unit}.service`] : []),
  ]
}

function checkSame(name: string, own: ServerEquipment, from: string, source: ServerEquipment): Checked {
  return own.boot === source.boot
    ? refusal(
        t('{0} is the same machine as {1}', name, from),
        t('correct the host of {0}: it leads to {1}', name, from),
      )
    : allOf()
}

function checkHas({ service }: Fleet, from: string, source: ServerEquipment, lacking: Lacking): Checked {
  const missing = [
    ...(lacking.directory && source.directory !== 'directory' ? [t('directory {0}', service.directory)] : []),
    ...(lacking.environment && source.environment !== 'file' ? [t('file {0}', service.envFile)] : []),
    ...(lacking.unit && !source.unit ? [t('unit {0}.service', service.unit)] : []),
  ]
  if (missing.length === 0) return allOf()
  return refusal(
    t('{0} has no {1} to copy', from, listOf(missing, 'or')),
    t('give --from with a server that runs workers, or correct service.directory, env_file and unit in fleet.yaml'),
  )
}

/** Compiled code, such as that of a Python environment, runs on one architecture only; the fleet's install command may rebuild it. */
function checkArchitecture(
  { service }: Fleet,
  name: string,
  own: ServerEquipment,
  from: string,
  source: ServerEquipment,
): Checked {
  if (own.architecture !== source.architecture) {
    const what = t('{0} is {1} and {2} is {3}', name, own.architecture, from, source.architecture)
    return service.install === undefined
      ? refusal(
          t('{0}: compiled code of one does not run on the other', what),
          t(
            'give --from with a server of the same architecture, or set service.install to a command that builds what is compiled',
          ),
        )
      : warning(t('{0}: the install command must rebuild compiled parts', what))
  }
  if (own.system === source.system) return allOf()
  return warning(
    t(
      '{0} runs {1} and {2} {3}: the code may need other packages there',
      name,
      own.system || t('an unknown system'),
      from,
      source.system || t('an unknown one'),
    ),
  )
}

/** Besides the copy, leave room for what workers write. */
const spareBytes = 200 * 1024 * 1024

function checkRoom(
  { service }: Fleet,
  name: string,
  own: ServerEquipment,
  source: ServerEquipment,
  lacking: Lacking,
): Checked {
  if (!lacking.directory || own.free === undefined || source.bytes === undefined) return allOf()
  if (own.free >= source.bytes + spareBytes) return allOf()
  return refusal(
    t(
      '{0} has {1} free for {2}, and the copy needs {3} plus {4} of working space',
      name,
      sayBytes(own.free),
      service.directory,
      sayBytes(source.bytes),
      sayBytes(spareBytes),
    ),
    t('make room on {0}', name),
  )
}

/** A system user is created as on the source; a person's account, with its keys and groups, is not ours to create. */
function checkUser(
  name: string,
  from: string | undefined,
  source: ServerEquipment | undefined,
  { user }: Lacking,
): Checked {
  const id = user && source?.users[user.name]
  if (!user || id === undefined || id < firstPerson) return allOf()
  return refusal(
    t(
      "workers run as {0}, which is a person's account on {1} (uid {2}) and does not exist on {3}",
      user.name,
      String(from),
      id,
      name,
    ),
    t('create that account on {0}, or make the unit use a system user', name),
  )
}

/** Whether the ports of its workers are free, or already in use by its own workers. */
export function checkPorts({ name, workers }: Server, observed: Observed, own: ServerEquipment): Checked {
  const taken = workers.flatMap(worker => {
    const { endpoint } = worker
    const isTaken =
      endpoint.kind === 'port' &&
      own.listening.some(({ port }) => port === endpoint.port) &&
      !isRunning(observed, worker)
    return isTaken ? [endpoint.port] : []
  })
  if (taken.length === 0) return allOf()
  return refusal(
    taken.length === 1
      ? t('port {0} of {1} is taken by another program', listOf(taken.map(String)), name)
      : t('ports {0} of {1} are taken by another program', listOf(taken.map(String)), name),
    t('end that program on {0} (`ss -ltnp` names it), or change service.port', name),
  )
}

/** Whether the file states the actual number of cores. */
export function checkCoresSaid({ name, cores }: Server, own: ServerEquipment): Checked {
  return cores === undefined || cores === own.cores
    ? allOf()
    : warning(t('{0} has {1}, and fleet.yaml says {2}: correct it', name, counted(own.cores, 'core'), cores))
}

/**
 * Whether workers of the source listen only on its loopback, where nginx on another machine cannot reach them, as VoxCore's stock run
 * script makes them (DESIGN §12).
 */
export function listensOnLoopbackOnly({ workers }: Server, { listening }: ServerEquipment): boolean {
  const ports = new Set(workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : [])))
  const own = listening.filter(({ port }) => ports.has(port))
  return own.length > 0 && own.every(({ address }) => address !== '0.0.0.0' && address !== '::' && isLoopback(address))
}

/** What was checked and is fine. */
export function foundGood(
  { name, workers }: Server,
  own: ServerEquipment,
  source: { readonly name: string; readonly equipment: ServerEquipment } | undefined,
): readonly string[] {
  const ports = workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : []))
  const free =
    ports.length > 1
      ? t("ports {0} to {1} of {2} are free or its workers' own", Math.min(...ports), Math.max(...ports), name)
      : t("port {0} of {1} is free or its workers' own", ports[0] ?? 0, name)
  return [
    t(
      '{0} can be reached, with sudo and systemd: {1}, {2}, {3}',
      name,
      own.system || t('an unknown system'),
      own.architecture,
      counted(own.cores, 'core'),
    ),
    ...(ports.length > 0 ? [free] : []),
    ...(source && source.equipment.bytes !== undefined && own.free !== undefined
      ? [
          t(
            '{0} are free there, and the code of {1} needs {2}',
            sayBytes(own.free),
            source.name,
            sayBytes(source.equipment.bytes),
          ),
        ]
      : []),
  ]
}
