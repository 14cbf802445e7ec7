import { spawn } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { RemoteError, sessionEnded } from './connection'
import { inSessionOfItsOwn, killSession } from './openssh/start-ssh'

/** Milliseconds that ssh may take to resolve a machine: a `Match exec` may run any command, and host names may be looked up. */
const resolveLimit = 15_000

/** What it says of a machine is far less, in characters. */
const mostOutput = 4 * 1024 * 1024

/**
 * What `ssh -G` prints for a machine, or undefined if ssh is not installed here. Aborting ends ssh and every process it has started.
 * Throws RemoteError if ssh rejects its own configuration, takes too long, or is aborted.
 */
export function askSsh(
  machine: Machine,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string | undefined> {
  return new Promise((done, fail) => {
    if (signal?.aborted) return fail(sessionEnded(machine, 'resolve'))
    const child = spawn('ssh', ['-G', ...args], {
      ...inSessionOfItsOwn,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = setTimeout(() => end(tooLate(machine)), resolveLimit)
    // One caller may resolve any number of machines with the same signal.
    if (signal) setMaxListeners(0, signal)
    const onAbort = () => end(sessionEnded(machine, 'resolve'))
    signal?.addEventListener('abort', onAbort)

    function settle(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    function refuse(error: RemoteError): void {
      settle()
      fail(error)
    }
    function end(error: RemoteError): void {
      killSession(child)
      // Processes that left ssh's session may keep these pipes open.
      child.stdout.destroy()
      child.stderr.destroy()
      refuse(error)
    }
    function answer(configuration: string | undefined): void {
      settle()
      done(configuration)
    }

    let output = ''
    let complaint = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
      if (output.length > mostOutput) end(tooLong(machine))
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text.slice(0, Math.max(mostOutput - complaint.length, 0))
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') answer(undefined)
      else refuse(notRun(machine, error))
    })
    child.on('close', code => {
      if (code === 0) answer(output)
      else refuse(rejected(machine, code, complaint))
    })
  })
}

const tooLate = ({ name, host }: Machine) =>
  new RemoteError(name, 'resolve', t('ssh did not resolve {0} within {1} s.', host, resolveLimit / 1000), {
    remedy: t('Run `ssh -G {0}`, and check ~/.ssh/config for a `Match exec` whose command never ends.', host),
  })

const tooLong = ({ name, host }: Machine) =>
  new RemoteError(
    name,
    'resolve',
    t('ssh printed more than {0} MiB of {1}, which is no configuration.', mostOutput / 1024 / 1024, host),
    { remedy: t('Run `ssh -G {0}`. Look in ~/.ssh/config for a `Match exec` whose command prints.', host) },
  )

const notRun = ({ name }: Machine, cause: Error) =>
  new RemoteError(name, 'resolve', t('ssh could not be run: {0}.', cause.message), { cause })

function rejected({ name, host }: Machine, code: number | null, complaint: string): RemoteError {
  const said = complaint.trim().split('\n').slice(0, 3).join(' ')
  const why = said || t('exit code {0}', String(code))
  return new RemoteError(name, 'resolve', t('ssh cannot resolve {0}: {1}', host, why), {
    remedy: t('Run `ssh -G {0}` and fix the part of ~/.ssh/config that it rejects.', host),
  })
}
