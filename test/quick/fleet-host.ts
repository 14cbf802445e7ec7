import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Machine } from '../../src/fleet/fleet'
import { makeKey, publicKey } from './keys'
import { programPath } from './server-process'
import { type Sshd, startSshd } from './sshd'
import systemctl from './systemctl.sh'

const execute = promisify(execFile)

/** Why this machine cannot hold a fleet host, or undefined if it can. */
export const missingForFleetHost: string | undefined =
  userInfo().uid !== 0
    ? 'needs root, for a mount namespace of its own'
    : ['unshare', 'nsenter', 'sshd', 'nginx', 'flock']
        .map(name => (programPath(name) ? '' : `needs ${name}`))
        .find(Boolean)

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
  /** Runs a command on the host, past the connection under test, and gives what it printed. Throws if it fails. */
  shell(command: string): Promise<string>
  /** What systemctl was told so far, a line each. */
  told(): readonly string[]
  stop(): Promise<void>
}

const nginxConfiguration = `worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 64; }
http { access_log off; include /etc/nginx/conf.d/*.conf; }
`

export interface FleetHostWishes {
  /** What stands for `sh` on it; the system's unless given. */
  readonly shell?: string
  /** Programs that come before the system's, by name: their text. */
  readonly programs?: Readonly<Record<string, string>>
  /** More lines of its sshd_config. */
  readonly settings?: readonly string[]
}

/** Starts a host in a folder of its own. */
export async function startFleetHost({
  shell = '/bin/sh',
  programs = {},
  settings = [],
}: FleetHostWishes = {}): Promise<FleetHost> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-host-'))
  const key = makeKey(join(folder, 'id_ed25519'))
  const sshd = await startSshd(folder, {
    authorizedKeys: publicKey(key),
    apart: true,
    settings,
    programs: {
      systemctl: systemctl.replaceAll('@FOLDER@', folder),
      sh: `#!/bin/sh\nexec ${shell} "$@"\n`,
      ...programs,
    },
  })
  writeFileSync(join(folder, 'nginx', 'nginx.conf'), nginxConfiguration)
  const told = join(folder, 'told')
  writeFileSync(told, '')
  const shellCommand = async (command: string) => {
    const words = ['--mount', `--target=${sshd.pid}`, '--', '/bin/sh', '-c', command]
    const { stdout } = await execute('nsenter', words, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
    return stdout
  }
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
    shell: shellCommand,
    told: () => readFileSync(told, 'utf8').split('\n').filter(Boolean),
    async stop() {
      // Whatever became of its pid file: every nginx of this host's own mount namespace.
      await shellCommand(
        'for process in /proc/[0-9]*; do if [ "$(readlink "$process/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] && grep -q "^nginx: master" "$process/cmdline"; then kill "$(basename "$process")"; fi; done 2>/dev/null; true',
      )
      await sshd.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
