import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Machine } from '../../src/fleet/fleet'
import { temporaryFolder } from './folder'
import { makeKey, publicKey } from './keys'
import { programPath } from './server-process'
import { type Sshd, startSshd } from './sshd'
import systemctl from './systemctl.sh'

const execute = promisify(execFile)

/** Why this machine cannot hold a fleet host, or undefined if it can. */
export const missingForFleetHost: string | undefined =
  userInfo().uid !== 0
    ? 'needs root, for a mount namespace of its own'
    : ['unshare', 'sshd', 'nginx', 'flock', 'ssh'].map(name => (programPath(name) ? '' : `needs ${name}`)).find(Boolean)

/** A host to run scripts on: real sshd, real nginx and real files, with a small stand-in for systemctl. */
export interface FleetHost {
  readonly sshd: Sshd
  readonly folder: string
  /** As fleet.yaml would have it, with its key and known_hosts. */
  readonly machine: Machine
  /** The identity file that it lets in. */
  readonly key: string
  /** nginx's configuration, /etc/nginx on the host, at this path here. */
  readonly nginx: string
  /** Runs a command on the host through the system's own ssh, and gives what it printed. Throws if it fails. */
  shell(command: string): Promise<string>
  /** What systemctl was told so far, a line each. */
  told(): readonly string[]
  stop(): Promise<void>
}

const nginxConfiguration = `worker_processes 1;
pid /run/nginx.pid;
error_log stderr;
events { worker_connections 64; }
http { access_log off; include /etc/nginx/conf.d/*.conf; }
`

/** Starts a host in a folder of its own. `shell` is what stands for `sh` on it; the system's unless given. */
export async function startFleetHost({ shell = '/bin/sh' }: { shell?: string } = {}): Promise<FleetHost> {
  const folder = temporaryFolder()
  const key = makeKey(join(folder, 'id_ed25519'))
  const sshd = await startSshd(folder, {
    authorizedKeys: publicKey(key),
    apart: true,
    programs: { systemctl: systemctl.replaceAll('@FOLDER@', folder), sh: `#!/bin/sh\nexec ${shell} "$@"\n` },
  })
  writeFileSync(join(folder, 'nginx', 'nginx.conf'), nginxConfiguration)
  const told = join(folder, 'told')
  writeFileSync(told, '')
  const options = ['-F', 'none', '-i', key, '-p', String(sshd.port), '-o', `UserKnownHostsFile=${sshd.knownHosts}`]
  return {
    sshd,
    folder,
    key,
    nginx: join(folder, 'nginx'),
    machine: {
      name: 'core-1',
      host: sshd.host,
      ssh: { user: sshd.user, port: sshd.port, identityFile: key, knownHostsFile: sshd.knownHosts },
    },
    shell: async command => {
      const { stdout } = await execute('ssh', [...options, '-o', 'BatchMode=yes', sshd.host, command])
      return stdout
    },
    told: () => readFileSync(told, 'utf8').split('\n').filter(Boolean),
    async stop() {
      await execute('ssh', [...options, sshd.host, 'nginx -s stop 2>/dev/null; true']).catch(() => undefined)
      await sshd.stop()
    },
  }
}
