import { stringify } from 'yaml'
import { batchSize } from '../../fleet/batch-size'
import type { Fleet, Machine, SshOptions, Worker } from '../../fleet/fleet'
import { jumpList } from '../../fleet/jump-servers'
import { dealIntoBatches } from '../../plan/batches'

/** An inventory host for one worker: what `serial` counts, and `--limit` accepts. */
export const workerHost = ({ server, id }: Pick<Worker, 'server' | 'id'>): string => `${server}-worker-${id}`

/**
 * The inventory: the group `load_balancer` with nginx's machine, and the group `workers` with every worker as a host of its own, in the
 * order in which a rollout takes them, so that `serial` counts workers. A group for each server is for `--limit`.
 */
export function inventory(fleet: Fleet): string {
  const { machine } = fleet.loadBalancer
  const workers = fleet.servers.flatMap(server => server.workers.map(worker => ({ server, worker })))
  const inTurn = dealIntoBatches(workers, batchSize(fleet.rollout.batch, workers.length)).flat()
  const children = {
    load_balancer: { hosts: { [`${machine.name}-nginx`]: connection(machine) } },
    workers: {
      hosts: Object.fromEntries(
        inTurn.map(({ server, worker }) => [
          workerHost(worker),
          { ...connection(server), ...workerVariables(worker, fleet.service.health) },
        ]),
      ),
    },
    ...Object.fromEntries(
      groupNames(fleet).map(([group, server]) => [
        group,
        {
          hosts: Object.fromEntries(
            workers.filter(({ worker }) => worker.server === server).map(({ worker }) => [workerHost(worker), null]),
          ),
        },
      ]),
    ),
  }
  return stringify({ all: { children } }, { lineWidth: 0, nullStr: '' })
}

/** The variables by which Ansible connects; what fleet.yaml leaves out is left to ~/.ssh/config, as with ssh itself. */
function connection({ host, ssh }: Machine): Record<string, unknown> {
  const { user, port, identityFile } = ssh
  const options = sshOptions(ssh)
  return {
    ansible_host: host,
    ...(user === undefined ? {} : { ansible_user: user }),
    ...(port === undefined ? {} : { ansible_port: port }),
    ...(identityFile === undefined ? {} : { ansible_ssh_private_key_file: identityFile }),
    ...(options === '' ? {} : { ansible_ssh_common_args: options }),
  }
}

function sshOptions({ knownHostsFile, ...ssh }: SshOptions): string {
  const proxyJump = jumpList(ssh)
  const options = [
    ...(knownHostsFile === undefined ? [] : [`-o UserKnownHostsFile="${knownHostsFile}"`]),
    ...(proxyJump === undefined ? [] : [`-o ProxyJump=${proxyJump}`]),
  ]
  return options.map(option => (/["\s]/.test(option.slice(3)) ? `-o ${quoted(option.slice(3))}` : option)).join(' ')
}

/** Quoted as one word of a POSIX shell, which is how Ansible splits these arguments. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`

function workerVariables({ unit, endpoint, server, line }: Worker, health: string): Record<string, unknown> {
  return {
    worker_server: server,
    worker_unit: unit,
    ...(endpoint.kind === 'port'
      ? { worker_health: `http://127.0.0.1:${endpoint.port}${health}`, worker_port: endpoint.port }
      : { worker_health: `http://localhost${health}`, worker_socket: endpoint.path }),
    ...(line.down ? { worker_down: true } : {}),
  }
}

/** A group's name has letters, digits and underscores, and no other group's. */
function groupNames({ servers }: Fleet): readonly (readonly [group: string, server: string])[] {
  const taken = new Set<string>()
  return servers.map(({ name }) => {
    const plain = `server_${name.replace(/[^A-Za-z0-9]/g, '_')}`
    let group = plain
    for (let count = 2; taken.has(group); count++) group = `${plain}_${count}`
    taken.add(group)
    return [group, name]
  })
}
