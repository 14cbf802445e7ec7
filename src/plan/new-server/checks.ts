import { isLoopback } from '../../fleet/addresses'
import type { Fleet, Server } from '../../fleet/fleet'
import type { Observed, ObservedEquipment, ServerEquipment } from '../../fleet/observed'
import { listOf } from '../../fleet/words'
import { allOf, type Checked, refusal, warning } from '../checks'
import { isRunning } from '../observed-worker'
import { sayBytes } from '../say-bytes'
import { count } from '../worker-names'
import { type Lacking, needsCopy } from './copies'

const notAsked: ObservedEquipment = { reachable: false, message: 'it was not asked' }

/** What a server was found to have. */
export const equipmentOf = ({ equipment }: Observed, name: string | undefined): ObservedEquipment =>
  (name === undefined ? undefined : equipment?.[name]) ?? notAsked

/** The first user ids are the system's; those of people begin here (login.defs(5), UID_MIN). */
const firstPerson = 1000

/** Whether the server can become one of the fleet's at all. */
export function checkMachine({ name }: Server, own: ObservedEquipment): Checked {
  if (!own.reachable) return refusal(`${name} cannot be reached: ${own.message}`, own.remedy)
  return allOf(
    own.systemd
      ? allOf()
      : refusal(`${name} does not run systemd`, 'workers are units of systemd: use a server that runs it'),
    own.missingTools.length === 0
      ? allOf()
      : refusal(
          `${name} has no ${listOf(own.missingTools)}`,
          `install what has them on ${name}: tar, gzip, util-linux, passwd and libc-bin on Debian`,
        ),
  )
}

/** Whether what it lacks can be taken from the source. */
export function checkSource(
  fleet: Fleet,
  { name }: Server,
  own: ServerEquipment,
  source: { readonly name: string | undefined; readonly equipment: ObservedEquipment },
  lacking: Lacking,
): Checked {
  if (!needsCopy(lacking)) return checkUser(name, source.name, undefined, lacking)
  const what = `${name} lacks ${listOf(namesOf(fleet, lacking))}`
  if (source.name === undefined)
    return refusal(
      `${what}, and there is no other server to copy it from`,
      `set ${name} up by hand, then run this again`,
    )
  if (!source.equipment.reachable)
    return refusal(
      `${what}, and ${source.name} cannot be reached to copy it from: ${source.equipment.message}`,
      source.equipment.remedy ?? 'give --from with a server that can be reached',
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
    ? refusal(`${name} is the same machine as ${from}`, `correct the host of ${name}: it leads to ${from}`)
    : allOf()
}

function checkHas({ service }: Fleet, from: string, source: ServerEquipment, lacking: Lacking): Checked {
  const missing = [
    ...(lacking.directory && source.directory !== 'directory' ? [`directory ${service.directory}`] : []),
    ...(lacking.environment && source.environment !== 'file' ? [`file ${service.envFile}`] : []),
    ...(lacking.unit && !source.unit ? [`unit ${service.unit}.service`] : []),
  ]
  if (missing.length === 0) return allOf()
  return refusal(
    `${from} has no ${listOf(missing, 'or')} to copy`,
    'give --from with a server that runs workers, or correct service.directory, env_file and unit in fleet.yaml',
  )
}

/** Compiled code, such as that of a Python environment, runs on one architecture alone; the fleet's install command may make it anew. */
function checkArchitecture(
  { service }: Fleet,
  name: string,
  own: ServerEquipment,
  from: string,
  source: ServerEquipment,
): Checked {
  if (own.architecture !== source.architecture) {
    const what = `${name} is ${own.architecture} and ${from} is ${source.architecture}`
    return service.install === undefined
      ? refusal(
          `${what}: compiled code of one does not run on the other`,
          'give --from with a server of the same architecture, or set service.install to a command that builds what is compiled',
        )
      : warning(`${what}: the install command has to build anew what is compiled`)
  }
  if (own.system === source.system) return allOf()
  return warning(
    `${name} runs ${own.system || 'an unknown system'} and ${from} ${source.system || 'an unknown one'}: the code may need other packages there`,
  )
}

/** Beside the copy there is room for what workers write. */
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
    `${name} has ${sayBytes(own.free)} free where ${service.directory} goes, and the copy needs ${sayBytes(source.bytes)} beside ${sayBytes(spareBytes)} to work with`,
    `make room on ${name}`,
  )
}

/** A system user is made as on the source; a person's account, with its keys and groups, is not ours to make. */
function checkUser(
  name: string,
  from: string | undefined,
  source: ServerEquipment | undefined,
  { user }: Lacking,
): Checked {
  const id = user && source?.users[user.name]
  if (!user || id === undefined || id < firstPerson) return allOf()
  return refusal(
    `workers run as ${user.name}, who has a person's account on ${from} (uid ${id}) and none on ${name}`,
    `make that account on ${name}, or have the unit use a system user`,
  )
}

/** Whether the ports of its workers are free, or are its workers' own already. */
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
    `${taken.length === 1 ? 'port' : 'ports'} ${listOf(taken.map(String))} of ${name} ${taken.length === 1 ? 'is' : 'are'} taken by another program`,
    `end that program on ${name} (\`ss -ltnp\` names it), or change service.port`,
  )
}

/** Whether the file says how many cores it really has. */
export function checkCoresSaid({ name, cores }: Server, own: ServerEquipment): Checked {
  return cores === undefined || cores === own.cores
    ? allOf()
    : warning(`${name} has ${count(own.cores, 'core')}, and fleet.yaml says ${cores}: correct it`)
}

/**
 * Whether workers of the source listen on its loopback only, where nginx on another machine cannot reach them: VoxCore's stock run
 * script has them do so (DESIGN §12).
 */
export function listensOnLoopbackOnly({ workers }: Server, { listening }: ServerEquipment): boolean {
  const ports = new Set(workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : [])))
  const own = listening.filter(({ port }) => ports.has(port))
  return own.length > 0 && own.every(({ address }) => address !== '0.0.0.0' && address !== '::' && isLoopback(address))
}

/** What was looked at and found good. */
export function foundGood(
  { name, workers }: Server,
  own: ServerEquipment,
  source: { readonly name: string; readonly equipment: ServerEquipment } | undefined,
): readonly string[] {
  const ports = workers.flatMap(({ endpoint }) => (endpoint.kind === 'port' ? [endpoint.port] : []))
  const range = ports.length > 1 ? `ports ${Math.min(...ports)} to ${Math.max(...ports)}` : `port ${ports[0]}`
  return [
    `${name} can be reached, with sudo and systemd: ${own.system || 'an unknown system'}, ${own.architecture}, ${count(own.cores, 'core')}`,
    ...(ports.length > 0 ? [`${range} of ${name} ${ports.length > 1 ? 'are' : 'is'} free or its workers' own`] : []),
    ...(source && source.equipment.bytes !== undefined && own.free !== undefined
      ? [
          `${sayBytes(own.free)} are free there, and the code of ${source.name} takes ${sayBytes(source.equipment.bytes)}`,
        ]
      : []),
  ]
}
