import { t } from '@vscode/l10n'
import { messageOf } from '../fleet/message-of'
import type { LockOwner } from '../fleet/observed'
import { lockOf } from '../observe/probe'
import type { Connection, RunningScript, ScriptResult } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { ApplyError } from './apply-error'

/** How often the lock script is told that this run is alive; its guardian gives up after 30 s of silence. */
const beatMilliseconds = 5_000
const releaseMilliseconds = 10_000
/** What the script prints before the lock's holder, if somebody else holds it. */
const busy = 'busy '

/** A fleet's lock on one machine, held by a script that this run feeds. */
export interface MachineLock {
  readonly machine: string
  held(): boolean
  release(): Promise<void>
  leaveToGuardian(): Promise<void>
}

export interface LockRequest {
  readonly fleet: string
  readonly token: string
  readonly owner: string
  readonly operation: string
  /** Called once if the lock is lost before it is released. */
  readonly onLost: (error: ApplyError) => void
}

/** Takes the lock on one machine (src/remote/scripts/lock.sh). Throws RemoteError or ApplyError if that cannot be tried. */
export async function takeMachineLock(
  connection: Connection,
  { fleet, token, owner, operation, onLost }: LockRequest,
): Promise<{ kind: 'taken'; lock: MachineLock } | { kind: 'held'; holder: LockOwner }> {
  const machine = connection.machine.name
  const owner64 = Buffer.from(owner, 'utf8').toString('base64')
  const script = await connection.start('lock', [fleet, token, owner64, operation], {
    privileged: true,
    timeoutMilliseconds: Number.POSITIVE_INFINITY,
  })
  const first = await firstAnswer(script)
  const holder = first.startsWith(busy) ? lockOf(first.slice(busy.length)) : undefined
  if (holder) return { kind: 'held', holder }
  if (first !== 'locked') throw await notTaken(machine, script)
  return { kind: 'taken', lock: feed(machine, script, onLost) }
}

async function firstAnswer(script: RunningScript): Promise<string> {
  for await (const line of script.lines) if (line === 'locked' || line.startsWith(busy)) return line
  return ''
}

async function notTaken(machine: string, script: RunningScript): Promise<ApplyError> {
  const { exitCode, stderr } = await script.result
  return new ApplyError(
    machine,
    t('{0}: the lock script exited with {1}: {2}', machine, exitCode, stderr.trim() || t('it said nothing')),
  )
}

function feed(machine: string, script: RunningScript, onLost: (error: ApplyError) => void): MachineLock {
  let state: 'held' | 'ending' | 'gone' = 'held'
  const beat = setInterval(() => script.write('beat\n'), beatMilliseconds)
  const ended = script.result.then(
    result => lose(reasonOf(result)),
    (error: unknown) => lose(messageOf(error)),
  )
  function lose(reason: string) {
    clearInterval(beat)
    const wasHeld = state === 'held'
    state = 'gone'
    if (!wasHeld) return
    onLost(
      new ApplyError(
        machine,
        t('the lock on {0} was lost ({1}), so this run makes no further changes', machine, reason.replace(/\.$/, '')),
        {
          remedy: t('check what the guardian on {0} did: journalctl -t fleet-ops', machine),
        },
      ),
    )
  }
  async function end(how: () => void) {
    if (state !== 'held') return
    state = 'ending'
    clearInterval(beat)
    how()
    let timer: NodeJS.Timeout | undefined
    await Promise.race([ended, new Promise(done => (timer = setTimeout(done, releaseMilliseconds)))])
    clearTimeout(timer)
  }
  return {
    machine,
    held: () => state === 'held',
    release: () =>
      end(() => {
        script.write('done\n')
        script.end()
      }),
    leaveToGuardian: () => end(() => script.end()),
  }
}

const reasonOf = ({ exitCode, stderr }: ScriptResult) =>
  exitCode === scriptExit.lockLost
    ? t('its guardian released it')
    : stderr.trim() || t('its script exited with {0}', exitCode)
