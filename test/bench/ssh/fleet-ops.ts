import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import type { Fleet } from '../../../src/fleet/fleet'
import { observe } from '../../../src/observe/observe'
import { createConnections } from '../../../src/remote/connections'
import type { Contender } from './contender'
import { type Servers, workersEach } from './servers'

/** The fleet that these servers are; `ports` in the place of their own. Nobody is asked about nginx. */
export function fleetOf(
  { all, folder, key }: Servers,
  ports: readonly number[] = all.map(({ port }) => port),
  knownHosts: readonly string[] = all.map(sshd => sshd.knownHosts),
): Fleet {
  const lines = ports.map(
    (port, index) =>
      `  s-${index}: { host: 127.0.0.1, address: 10.0.0.${index + 1}, workers: ${workersEach}, ssh: { port: ${port}, known_hosts_file: ${knownHosts[index]} } }`,
  )
  const text = [
    'name: bench',
    `service: { socket: ${folder}/worker_%i.sock, env_file: /nowhere/.env }`,
    `ssh: { user: ${all[0]?.user}, identity_file: ${key} }`,
    'load_balancer: { server: s-0 }',
    'servers:',
    ...lines,
  ].join('\n')
  const { fleet, findings } = checkFleet(parseFleetDocument(text))
  if (!fleet) throw new Error(JSON.stringify(findings))
  const { loadBalancer } = fleet
  return { ...fleet, loadBalancer: { ...loadBalancer, machine: { ...loadBalancer.machine, name: 'nobody' } } }
}

/** This project's own engine, as the sidebar and `fleet-ops status` use it. */
export function fleetOps(fleet: Fleet): Contender {
  const open = () =>
    createConnections({
      prompts: { trustHostKey: async () => false, secret: async () => undefined },
      environment: { PATH: process.env.PATH, HOME: process.env.HOME },
    })
  let connections = open()
  return {
    name: 'Fleet Ops',
    async status() {
      const { servers } = await observe(fleet, connections)
      for (const [name, server] of Object.entries(servers)) {
        if (!server.reachable) throw new Error(`${name}: ${server.message}`)
        const kinds = Object.values(server.workers).map(({ health }) => health.kind)
        if (kinds.join() !== 'ok,ok,ok,ok') throw new Error(`${name}: its workers are ${kinds}`)
      }
    },
    async cool() {
      await connections.dispose()
      connections = open()
    },
  }
}
