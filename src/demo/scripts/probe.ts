import { createHash } from 'node:crypto'
import { totalmem } from 'node:os'
import { readVariable } from '../environment-file'
import type { SimulatedServer } from '../simulated-server'
import type { AnswerScript } from './answer'
import { rolloutLines } from './note-rollout'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

export const probe: AnswerScript = (
  server,
  [, ids = '', envFile = '', maxCalls = '', workers = '', , , upstreamFile, addresses = ''],
) => {
  for (const id of ids.split(',').filter(Boolean)) server.worker(Number(id))
  const environment = server.files.get(envFile)
  const variable = (key: string, name: string) => {
    const value = environment === undefined ? undefined : readVariable(environment, name)
    return value === undefined ? [] : [`${key}=${base64(value)}`]
  }
  const calls = [...server.workers.values()].reduce((sum, worker) => sum + worker.calls.length, 0)
  const lines = [
    `hostname=${server.name}`,
    `boot=boot-of-${server.name}`,
    `cores=${server.cores}`,
    `load1=${(0.1 + calls * 0.15).toFixed(2)}`,
    `memory=${Math.min(8 * 2 ** 30, totalmem())}`,
    `environment=${environment === undefined ? 'missing' : 'read'}`,
    ...variable('max_calls_base64', maxCalls),
    ...variable('workers_base64', workers),
    ...[...server.workers.values()].map(
      worker =>
        `unit=${worker.id} ${server.files.has(server.unitFile) ? 'loaded' : 'not-found'} ${worker.activeState} ${worker.activeState === 'active' ? 'running' : 'dead'} ${worker.enabled ? 'enabled' : 'disabled'} ${worker.restarts} ${worker.pid} ${Math.floor(worker.startedAt / 1_000)}`,
    ),
    ...rolloutLines(server),
    ...firewallLines(server),
    ...(upstreamFile === undefined ? [] : nginxLines(server, upstreamFile)),
    ...addresses.split(',').flatMap(address => (address ? [`source=${address} ${server.address}`] : [])),
  ]
  return { exitCode: 0, stdout: `${lines.join('\n')}\n`, takes: 60 }
}

function firewallLines({ firewall }: SimulatedServer): string[] {
  const tools = ['firewall_seen=yes', 'nftables=installed', 'ufw=inactive']
  return firewall ? [...tools, `firewall=${firewall.tool} ${firewall.ports} ${firewall.sources || '-'} whole`] : tools
}

function nginxLines(server: SimulatedServer, file: string): string[] {
  const text = server.files.get(file)
  const { holder } = server.lock
  return [
    'nginx_version=1.22.1',
    `nginx=${server.hasNginx ? 'active' : 'inactive'}`,
    ...(text === undefined
      ? ['upstream=missing']
      : [`upstream_path_base64=${base64(file)}`, `upstream_sha256=${sha256(text)}`, `upstream_base64=${base64(text)}`]),
    ...(holder ? [`lock=${holder.token} ${holder.owner} ${holder.operation} ${holder.since}`] : []),
  ]
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
