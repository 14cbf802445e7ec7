import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { t } from '@vscode/l10n'
import type { Limit } from '../limit'
import type { MachineSettings } from '../machine-settings'
import { identityFilesOf } from './identity-files'
import { readLog, untilLog } from './log-file'
import type { OpenOpensshOptions } from './open-openssh'
import type { AskedSecrets, KeptPasswords } from './secrets'
import type { SshLog } from './ssh-log'
import { dropUnreadOutput, inEnglish, inSessionOfItsOwn, killSession, type SshProcess } from './start-ssh'

/** An ssh that has not ended after this many milliseconds is killed. */
const closeTimeout = 1_000

export interface LoneProcessesOptions extends Pick<OpenOpensshOptions, 'openssh' | 'environment' | 'prompts'> {
  readonly machine: string
  readonly settings: MachineSettings
  /** The places of those that are not logged in yet. */
  readonly logins: Limit
  /** Whether one that has logged this needs its place no more. */
  readonly hasPassed: (log: SshLog) => boolean
  readonly passwords: KeptPasswords
}

/** An ssh that is running, and all that it has logged, once it has ended. */
export interface LoneProcess {
  readonly child: ChildProcessWithoutNullStreams
  readonly log: Promise<SshLog>
}

/** The processes of a link whose ssh shares no connection: each connects and logs in by itself. */
export class LoneProcesses {
  /** Resolves when they have been closed. */
  readonly closed: Promise<undefined>
  readonly #options: LoneProcessesOptions
  readonly #running: Set<SshProcess>
  #isClosed = false
  #onClosed = () => {}

  /** `first` is one that has been started already. */
  constructor(options: LoneProcessesOptions, first: SshProcess) {
    this.#options = options
    this.#running = new Set([first])
    this.closed = new Promise(done => {
      this.#onClosed = () => done(undefined)
    })
  }

  /** Starts one, whose progress goes to a log. Its standard error carries only that of the command. */
  async start(words: readonly string[]): Promise<LoneProcess> {
    const { machine, settings, openssh, environment, prompts, logins, hasPassed, passwords } = this.#options
    const logFile = await openssh.newPath()
    const askpass = await openssh.askpass()
    const leave = await logins.enter()
    if (this.#isClosed) {
      leave()
      throw new Error(t('the connection is closed'))
    }
    const secrets = openssh.secrets.of({
      machine,
      identityFiles: identityFilesOf(settings),
      log: () => readLog(logFile),
      prompts,
      giveUp: () => killSession(child),
      passwords,
    })
    // Whether it was right is known only when this one has ended, which may take as long as its command.
    const answer = (prompt: string) => secrets.answer(prompt).finally(() => secrets.end())
    const asking = askpass?.for(answer, environment)
    const child = spawn('ssh', ['-E', logFile, ...words], {
      ...inSessionOfItsOwn,
      env: { ...inEnglish(environment), ...asking?.environment },
    })
    dropUnreadOutput(child)
    const log = once(child, 'close').then(() => {
      asking?.end()
      return lastLog(logFile, secrets)
    })
    void untilLog(logFile, hasPassed, this.#add(child, log)).then(leave)
    await once(child, 'spawn')
    return { child, log }
  }

  /** Ends them all, and starts no more. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const ssh of this.#running) ssh.end()
    const cut = setTimeout(() => {
      for (const ssh of this.#running) ssh.kill()
    }, closeTimeout)
    await Promise.all([...this.#running].map(({ ended }) => ended))
    clearTimeout(cut)
    this.#onClosed()
  }

  /** Counts it as running until it has ended, which is what is returned. */
  #add(child: ChildProcessWithoutNullStreams, log: Promise<SshLog>): Promise<void> {
    const ended = log.then(
      () => {},
      () => {},
    )
    const ssh: SshProcess = { ended, end: () => void child.kill(), kill: () => killSession(child) }
    this.#running.add(ssh)
    void ended.then(() => this.#running.delete(ssh))
    return ended
  }
}

/** What an ssh that has ended has logged. Says to `secrets` what that tells of them. */
async function lastLog(logFile: string, secrets: AskedSecrets): Promise<SshLog> {
  const log = await readLog(logFile)
  await rm(logFile, { force: true })
  if (secrets.declined()) log.declined()
  if (log.phase === 'open') secrets.accept(log)
  else secrets.end(log)
  return log
}
