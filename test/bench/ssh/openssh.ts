import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contender, expectWorkers, probeArguments, run, statusScript } from './contender'
import type { Servers } from './servers'

/** An ssh a server, all at once, over kept connections (ssh_config(5), ControlMaster). */
export function openSsh({ all, folder, key }: Servers): Contender {
  const config = join(folder, 'ssh_config')
  mkdirSync(join(folder, 'control'))
  const hosts = all.map(({ port, user, knownHosts }, index) => [
    `Host s-${index}`,
    `  Port ${port}`,
    `  User ${user}`,
    `  UserKnownHostsFile ${knownHosts}`,
  ])
  const common = [
    'Host *',
    '  HostName 127.0.0.1',
    `  IdentityFile ${key}`,
    '  IdentitiesOnly yes',
    '  BatchMode yes',
    '  ControlMaster auto',
    '  ControlPersist 60',
    `  ControlPath ${folder}/control/%n`,
    '',
  ]
  writeFileSync(config, [...hosts.flat(), ...common].join('\n'))
  const script = statusScript(folder)
  const ssh = (args: readonly string[], input = '') => run('ssh', ['-F', config, ...args], { input })
  return {
    name: 'ssh, ControlMaster',
    async status() {
      const command = (index: number) => [`s-${index}`, 'sh', '-s', '--', ...probeArguments]
      const said = await Promise.all(all.map((_, index) => ssh(command(index), script)))
      expectWorkers(said.join(''), all.length)
    },
    async cool() {
      await Promise.all(all.map((_, index) => ssh(['-O', 'exit', `s-${index}`]).catch(() => {})))
    },
  }
}
