import { t } from '@vscode/l10n'
import { bracketed } from '../fleet/addresses'
import { defaults } from '../fleet/defaults'
import type { Fleet, Server } from '../fleet/fleet'
import type { ServerEquipment } from '../fleet/observed'
import { addServer as addToFile, type NewServer } from '../fleet/server-edits'
import { allOf, type Checked, checkLoadBalancer, checkServers, checkUnits, warning } from './checks'
import { checkCalls, checkEnvironmentFile, setCallsVariable, setWorkersVariable } from './environment'
import { planFirewall } from './firewall'
import { joiningWorkers } from './live-upstream'
import {
  checkCoresSaid,
  checkMachine,
  checkPorts,
  checkSource,
  equipmentOf,
  foundGood,
  listensOnLoopbackOnly,
} from './new-server/checks'
import { copySteps, type Lacking, lackingOn, needsCopy } from './new-server/copies'
import { refuseKnownToNginx } from './new-server/known-to-nginx'
import { leftForYou } from './new-server/left-for-you'
import { listenEverywhere } from './new-server/listen-everywhere'
import { machineOfNew, nameOfNew, readHost, sourceOf } from './new-server/machine'
import { isRunning, reachableServer } from './observed-worker'
import { type Operation, type OperationArguments, OperationError, type Situation } from './operation'
import type { Step } from './plan'
import { serverNamed } from './select'
import { checkRendered, checkServing } from './serving'
import { checkCores } from './set-calls'
import { startWorkers } from './start-workers'
import { registerStep, unregistered, voxbridgeOf } from './voxbridge'
import { waitReachable } from './wait-reachable'
import { nameWorkers } from './worker-names'
import { writeLines } from './write-upstream'

/**
 * Makes a bare server one of the fleet's: in fleet.yaml, with VoxCore copied from a server that runs workers, in nginx when the load
 * balancer reaches its workers, and in VoxBridge. Finishes a server that is in fleet.yaml and not yet set up.
 */
export const addServer: Operation = {
  name: 'add-server',
  title: () => t('Add Server…'),
  icon: 'server-environment',
  danger: 'safe',
  offeredOn: ['load-balancer'],
  inputs: [
    { name: 'server', required: true, prompt: () => t('The name of the new server in fleet.yaml') },
    {
      name: 'host',
      required: false,
      prompt: () => t('How to log in there: [USER@]HOST[:PORT]; its name if not given'),
    },
    { name: 'address', required: false, prompt: () => t('Its address as nginx reaches it; its host if not given') },
    { name: 'from', required: false, prompt: () => t('The server to copy VoxCore from') },
    {
      name: 'workers',
      required: false,
      prompt: () => t('How many workers it runs; as many as its cores can carry if not given'),
    },
    { name: 'cores', required: false, prompt: () => t('How many cores it has; detected if not given') },
    {
      name: 'calls',
      required: false,
      prompt: () => t('How many calls each worker takes, if different from other servers'),
    },
    { name: 'url', required: false, prompt: () => t('Its base URL for VoxBridge, if it has one of its own') },
  ],
  edit: (document, fleet, given, observed) => {
    const name = nameOfNew(given)
    const known = fleet.servers.find(server => server.name === name)
    if (known) {
      checkAsGiven(known, given)
      return []
    }
    const own = equipmentOf(observed, name)
    const server = newServer(fleet, given, own.reachable ? own.cores : undefined)
    const { host = name, address = host, workers } = server
    if (own.reachable && typeof workers === 'number')
      refuseKnownToNginx(fleet, { name, address, workers }, own, observed)
    return addToFile(document, name, server)
  },
  inquire: (fleet, given) => {
    const source = sourceOf(fleet, given)
    const url = given.url ?? fleet.servers.find(({ name }) => name === given.server)?.url
    return {
      equipment: [machineOfNew(fleet, given), ...(source ? [source] : [])],
      ...(fleet.voxbridge && url !== undefined ? { voxbridge: { url: fleet.voxbridge.url, asked: [] } } : {}),
    }
  },
  plan: (situation, given) => {
    const { fleet, observed } = situation
    const server = serverNamed(fleet, given.server)
    const own = equipmentOf(observed, server.name)
    const planned = own.reachable ? planFor(situation, given, server, own) : { ...checkMachine(server, own), steps: [] }
    const { steps, found, left, ...checked } = { found: [], left: [], ...planned }
    const refused = checked.refusals.length > 0
    return {
      operation: 'add-server',
      fleet: fleet.name,
      title: t('Add server {0}', server.name),
      ...checked,
      ...(refused ? {} : { found, leftForYou: left }),
      steps: refused ? [] : steps,
    }
  },
}

function planFor(situation: Situation, given: OperationArguments, server: Server, own: ServerEquipment) {
  const { fleet, observed } = situation
  const from = sourceOf(fleet, given)
  const equipment = equipmentOf(observed, from?.name)
  const source = from && equipment.reachable ? { name: from.name, equipment } : undefined
  const lacking = lackingOn(fleet, own, source?.equipment)
  const isDeaf = lacking.environment && from && source ? listensOnLoopbackOnly(from, source.equipment) : false
  const then = afterCopies(situation, server, from, lacking)
  const joining = joiningWorkers(situation).filter(worker => worker.server === server.name)
  const isElsewhere = server.name !== fleet.loadBalancer.server
  const listening = from && isDeaf && isElsewhere ? listenEverywhere(fleet, server, from.name) : undefined
  const variables = [...(listening?.steps ?? []), ...variableSteps(then, server)]
  const firewall = planFirewall(situation, [server])
  const told = registration(situation, server)
  const steps = [
    ...copySteps(fleet, server, source, lacking),
    ...variables,
    ...firewall.steps,
    ...startWorkers(then, server.workers, joining),
    ...waitReachable(fleet, joining),
    ...(joining.length > 0 ? writeLines(situation, t('Add {0} to nginx', nameWorkers(joining)), joining) : []),
    ...told.steps,
  ]
  const checked = allOf(
    checkLoadBalancer(situation, 'needed'),
    checkServers(situation, [server]),
    checkMachine(server, own),
    checkSource(fleet, server, own, { name: from?.name, equipment }, lacking),
    checkPorts(server, observed, own),
    firewall,
    checkUnits(then, server.workers),
    checkEnvironmentFile(then, server, variables),
    checkCoresSaid(server, own),
    checkCores(then, server),
    runs(situation, server) ? checkCalls(then, server) : allOf(),
    listening ?? allOf(),
    checkRendered(situation, joining, 'refused'),
    checkServing(situation, steps),
    told,
  )
  const left = leftForYou(situation, server, told.left)
  return { ...checked, steps, left, found: needsCopy(lacking) ? foundGood(server, own, source) : [] }
}

/** The situation after everything that is missing has been copied. */
function afterCopies(situation: Situation, server: Server, from: Server | undefined, lacking: Lacking): Situation {
  const { observed } = situation
  const own = reachableServer(observed, server.name)
  if (!own) return situation
  const copied = from && reachableServer(observed, from.name)?.environment
  const environment = lacking.environment && copied ? copied : own.environment
  const workers = lacking.unit ? {} : own.workers
  const servers = { ...observed.servers, [server.name]: { ...own, environment, workers } }
  return { ...situation, observed: { ...observed, servers } }
}

const runs = ({ observed }: Situation, { workers }: Server) => workers.some(worker => isRunning(observed, worker))

/** Corrects what the copied file says about another server. Workers that run have already read theirs: set-calls restarts them. */
function variableSteps(then: Situation, server: Server): readonly Step[] {
  const { observed } = then
  const calls = reachableServer(observed, server.name)?.environment.maxCalls
  const isDefault = calls === undefined && server.maxConcurrentCalls === defaults.service.max_concurrent_calls
  return [
    ...(isDefault || runs(then, server) ? [] : setCallsVariable(then, server)),
    ...setWorkersVariable(then, server),
  ]
}

/** VoxBridge comes last. An operator may not have a super-admin's token: then it is left to somebody who does. */
function registration(
  { fleet, observed }: Situation,
  server: Server,
): Checked & { steps: readonly Step[]; left: readonly string[] } {
  if (!fleet.voxbridge || server.url === undefined) return { ...allOf(), steps: [], left: [] }
  const seen = voxbridgeOf(observed)
  const missing = unregistered(seen, [server.url])
  if (seen.reachable)
    return { ...allOf(), left: [], steps: missing.length > 0 ? [registerStep(fleet.voxbridge.url, missing, seen)] : [] }
  return {
    ...warning(t('VoxBridge is not told: {0}', seen.message)),
    steps: [],
    left: [t('Register {0} with VoxBridge: fleet-ops run register --server {1}', server.url, server.name)],
  }
}

/** Arguments do not change what is in fleet.yaml: they must say the same. */
function checkAsGiven(server: Server, given: OperationArguments): void {
  const host = given.host === undefined ? undefined : readHost(given.host)
  const differing = [
    ['host', host?.host, server.host],
    ['host', host?.user, server.ssh.user],
    ['host', host?.port, server.ssh.port],
    ['address', given.address && bracketed(given.address), bracketed(server.address)],
    ['workers', given.workers, server.workers.length],
    ['cores', given.cores, server.cores],
    ['calls', given.calls, server.maxConcurrentCalls],
    ['url', given.url?.replace(/\/+$/, ''), server.url],
  ].find(([, wanted, said]) => wanted !== undefined && wanted !== said)
  if (!differing) return
  const [name, , said] = differing
  throw new OperationError(
    said === undefined
      ? t('{0} is in fleet.yaml already, and its {1} is not given there', server.name, String(name))
      : t('{0} is in fleet.yaml already, and its {1} is {2} there', server.name, String(name), said),
    t('correct fleet.yaml, or leave --{0} out: add-server finishes what the file says', String(name)),
  )
}

function newServer(fleet: Fleet, given: OperationArguments, found: number | undefined): NewServer {
  const { host, user, port } = readHost(given.host ?? nameOfNew(given))
  const cores = given.cores ?? found
  const calls = given.calls ?? fleet.service.maxConcurrentCalls
  const workers = given.workers ?? (cores === undefined ? undefined : workersFor(fleet, cores, calls))
  const ssh = { ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
  return {
    ...(given.host === undefined ? {} : { host }),
    ...(given.address === undefined ? {} : { address: bracketed(given.address) }),
    ...(cores === undefined ? {} : { cores }),
    ...(workers === undefined ? {} : { workers }),
    ...(given.calls === undefined ? {} : { max_concurrent_calls: given.calls }),
    ...(given.url === undefined ? {} : { url: given.url.replace(/\/+$/, '') }),
    ...(Object.keys(ssh).length === 0 ? {} : { ssh }),
  }
}

/** As many workers as the cores can carry calls for by the rule of thumb. */
const workersFor = ({ service }: Fleet, cores: number, calls: number): number =>
  Math.max(1, Math.floor((cores * service.callsPerCore) / calls))
