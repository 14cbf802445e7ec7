import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contender, expectWorkers, probeArguments, run, statusScript } from './contender'
import type { Servers } from './servers'

/** `ansible -m shell`, a fork a server. The script lies on the servers already, which spares ansible bringing it there. */
export function ansible({ all, folder, key }: Servers): Contender {
  const script = join(folder, 'status.sh')
  writeFileSync(script, statusScript(folder))
  const inventory = join(folder, 'inventory')
  const control = `ControlPath=${folder}/ansible-control/%C`
  mkdirSync(join(folder, 'ansible-control'))
  const lines = all.map(({ port, user, knownHosts }, index) => {
    const options = ['ControlMaster=auto', 'ControlPersist=60', control, `UserKnownHostsFile=${knownHosts}`]
    return [
      `s-${index}`,
      'ansible_host=127.0.0.1',
      `ansible_port=${port}`,
      `ansible_user=${user}`,
      `ansible_ssh_private_key_file=${key}`,
      'ansible_python_interpreter=/usr/bin/python3',
      `ansible_ssh_common_args='${options.map(option => `-o ${option}`).join(' ')}'\n`,
    ].join(' ')
  })
  writeFileSync(inventory, lines.join(''))
  const command = ['sh', script, ...probeArguments].join(' ')
  const args = ['all', '-i', inventory, '--forks', String(all.length), '-m', 'shell', '-a', command]
  return {
    name: 'ansible -m shell',
    async status() {
      // Pipelining is what its own documentation recommends for speed.
      const environment = { ANSIBLE_PIPELINING: 'True', ANSIBLE_LOCAL_TEMP: folder, ANSIBLE_HOME: folder }
      expectWorkers(await run('ansible', args, { environment }), all.length)
    },
    async cool() {
      const exit = (port: number, user: string) =>
        run('ssh', ['-F', 'none', '-O', 'exit', '-o', control, '-p', String(port), `${user}@127.0.0.1`])
      await Promise.all(all.map(({ port, user }) => exit(port, user).catch(() => {})))
    },
  }
}
