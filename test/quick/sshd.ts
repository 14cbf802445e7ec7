import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { makeKey, publicKey } from './keys'
import { freePort, requireProgram, type ServerProcess, startServer } from './server-process'

export interface SshdWishes {
  /** Paths of private keys. */
  readonly hostKeys?: readonly string[]
  readonly authorizedKeys?: string
  /** More lines of sshd_config. They come first, for sshd keeps the first value that it reads. */
  readonly settings?: readonly string[]
  /** What its own process has beside the environment of this one. */
  readonly environment?: NodeJS.ProcessEnv
  /** Programs that come before the system's on the PATH of its sessions, by name: their text. */
  readonly programs?: Readonly<Record<string, string>>
  /**
   * A mount namespace of its own, in which /run, /var/lib, /var/backups, /etc/systemd/system and nginx's logs are empty and `folder/nginx` is /etc/nginx: what scripts do
   * there is gone with the test. Needs root.
   */
  readonly apart?: boolean
}

/** A real sshd, private to one folder. */
export interface Sshd extends ServerProcess {
  readonly host: '127.0.0.1'
  readonly user: string
  readonly folder: string
  /** Type and key, as in known_hosts. */
  readonly hostKey: string
  /** A known_hosts file that has it. */
  readonly knownHosts: string
  /** The processes of its open connections. */
  sessions(): readonly number[]
  /** Cuts every open connection. */
  drop(): void
}

/**
 * Starts sshd in a folder. It logs in only the user who runs this, with `folder/home` as home (but a shell starts in the real
 * one) and only the system's own programs on PATH, after those of `programs`.
 */
export async function startSshd(folder: string, wishes: SshdWishes = {}): Promise<Sshd> {
  for (const part of ['home', 'bin', 'nginx']) mkdirSync(join(folder, part), { recursive: true })
  for (const [name, text] of Object.entries(wishes.programs ?? {})) {
    writeFileSync(join(folder, 'bin', name), text)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  // Somebody may take a free port between the asking and the listening.
  for (let tries = 0; ; tries++) {
    try {
      return await start(folder, wishes, await freePort())
    } catch (error) {
      if (tries > 3 || !/Address already in use/.test(String(error))) throw error
    }
  }
}

async function start(folder: string, wishes: SshdWishes, port: number): Promise<Sshd> {
  const hostKeys = wishes.hostKeys ?? [makeKey(join(folder, `host_ed25519_${port}`))]
  const authorized = join(folder, 'authorized_keys')
  writeFileSync(authorized, wishes.authorizedKeys ?? '', { mode: 0o600 })
  // As root, sshd insists on this directory, which its service makes on a server; and on a user named sshd.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const config = join(folder, 'sshd_config')
  const lines = [
    ...(wishes.settings ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map(key => `HostKey ${key}`),
    `PidFile ${join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${authorized}`,
    // The folder is under /tmp, which anyone may write.
    'StrictModes no',
    // PAM would ask this machine's shadow file, accounts and nologin.
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    // Debian's bash reads ~/.bashrc when sshd starts it: with the real home, each test would run on its owner's settings.
    `SetEnv HOME=${join(folder, 'home')} PATH=${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
    // The usual 10 of each make parallel tests fail by chance. Of this one sshd keeps the last value.
    ...(wishes.settings?.some(line => line.startsWith('MaxStartups')) ? [] : ['MaxStartups 100:30:200']),
    'MaxSessions 100',
    'LogLevel VERBOSE',
    '',
  ]
  writeFileSync(config, lines.join('\n'))
  const [program = '', ...args] = [
    ...(wishes.apart ? apartFrom(folder) : []),
    requireProgram('sshd'),
    '-D',
    '-e',
    '-f',
    config,
  ]
  const sshd = await startServer(program, args, { port, env: { ...process.env, ...wishes.environment } })
  const hostKey = publicKey(hostKeys[0] ?? '')
  const knownHosts = join(folder, 'known_hosts')
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`)
  const sessions = () =>
    readFileSync(`/proc/${sshd.pid}/task/${sshd.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  const drop = () => {
    for (const pid of sessions()) killIfThere(pid)
  }
  return {
    ...sshd,
    host: '127.0.0.1',
    user: userInfo().username,
    folder,
    hostKey,
    knownHosts,
    sessions,
    drop,
    async stop() {
      // Without this they would outlive the server.
      drop()
      await sshd.stop()
    },
  }
}

/** A session may end by itself between the look and the signal. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The words that start a program in a mount namespace of its own, in the same process. */
function apartFrom(folder: string): readonly string[] {
  const prepare = [
    'mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/sshd',
    'mount -t tmpfs -o mode=755 tmpfs /var/backups',
    'mount -t tmpfs -o mode=755 tmpfs /var/lib && mkdir /var/lib/nginx',
    'mount -t tmpfs -o mode=755 tmpfs /etc/systemd/system',
    '{ [ ! -d /var/log/nginx ] || mount -t tmpfs tmpfs /var/log/nginx; }',
    `mount --bind "$1" /etc/nginx`,
    'shift && exec "$@"',
  ]
  return [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    prepare.join(' && '),
    'sh',
    join(folder, 'nginx'),
  ]
}
