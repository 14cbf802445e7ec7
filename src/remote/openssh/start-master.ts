import { existsSync } from 'node:fs'
import type { Machine } from '../../fleet/fleet'
import { lateError, type OpeningPhase, phaseLimits } from '../connect-error'
import { RemoteError } from '../connection'
import type { MachineSettings } from '../machine-settings'
import { TimeLimit } from '../time-limit'
import { type MasterOptions, masterArguments } from './arguments'
import type { OpenOpensshOptions } from './open-openssh'
import { opensshError } from './openssh-error'
import { type EndedChannel, SshLog } from './ssh-log'
import { inEnglish, startSsh } from './start-ssh'

export type MasterWishes = Omit<MasterOptions, 'controlPath'>

/** An ssh whose connection others share, once it is open. */
export interface Master {
  readonly controlPath: string
  readonly log: SshLog
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  /** Called with every channel that was led on and is closed. */
  onChannelEnd: (channel: EndedChannel) => void
  end(): void
  kill(): void
}

/** In milliseconds: a version of ssh whose log says it in other words is open when its socket is there. */
const lookInterval = 100

/** Starts one, and resolves once it is verified and authenticated. Throws RemoteError, or HostKeyNotVerified. */
export async function startMaster(
  machine: Machine,
  settings: MachineSettings,
  { prompts, openssh, environment, signal }: OpenOpensshOptions,
  wishes: MasterWishes,
): Promise<Master> {
  const controlPath = await openssh.newPath()
  const args = masterArguments(machine, settings, { controlPath, ...wishes })
  const askpass = await openssh.askpass()
  return new Promise((done, fail) => {
    const log = new SshLog()
    let phase: OpeningPhase = 'connect'
    let settled = false
    const limit = new TimeLimit<OpeningPhase>((late, milliseconds) =>
      end(lateError(machine, settings, late, milliseconds / 1000)),
    )
    const secrets = openssh.secrets.of(machine.name, {
      secret: question => limit.pausedFor(() => prompts.secret(question)),
    })
    const asking = askpass.for(prompt => limit.pausedFor(() => secrets.answer(prompt)))
    const ssh = startSsh(args, { ...inEnglish(environment), ...asking.environment }, line => {
      const ended = log.take(line)
      if (ended) master.onChannelEnd(ended)
      look()
    })
    const master: Master = { controlPath, log, ended: ssh.ended, onChannelEnd: () => {}, end: ssh.end, kill: ssh.kill }
    const looking = setInterval(() => existsSync(controlPath) && succeed(), lookInterval)

    function enter(next: OpeningPhase): void {
      phase = next
      const wished = next === 'connect' && settings.connectTimeout ? settings.connectTimeout * 1000 : undefined
      limit.begin(next, wished ?? phaseLimits[next])
    }
    function look(): void {
      if (settled) return
      if (log.phase === 'open') succeed()
      else if (log.phase !== phase) enter(log.phase)
    }
    function settle(): void {
      settled = true
      limit.end()
      clearInterval(looking)
      signal.removeEventListener('abort', onAbort)
      asking.end()
    }
    function succeed(): void {
      settle()
      secrets.accept()
      done(master)
    }
    function end(error: Error): void {
      settle()
      ssh.kill()
      fail(error)
    }
    function onAbort(): void {
      end(new RemoteError(machine.name, 'connect', 'The session has ended.'))
    }

    enter('connect')
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return onAbort()
    void ssh.ended.then(() => {
      if (settled) return
      if (secrets.declined()) log.declined()
      end(opensshError(machine, settings, log))
    })
  })
}
