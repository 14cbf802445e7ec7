import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { LineSplitter } from '../script-channel'

/**
 * Runs ssh, and ends it when standard input ends: also when whoever started it is killed, and has no time to say goodbye. `$!` is
 * still this shell's child then, so that no other process has its number. It waits for ssh, so that both can still be killed together.
 * Standard error is ssh's alone: its end is ssh's end.
 */
const watcher = '"$@" </dev/null & exec 2>/dev/null; read -r _; kill "$!"; wait "$!"'

/** An ssh that makes a connection, and ends with it. */
export interface SshProcess {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  /** Asks it to end; it also ends by itself when this program does. */
  end(): void
  /** Kills it and every process it has started. */
  kill(): void
}

export interface StartOptions {
  readonly environment: NodeJS.ProcessEnv
  /** Called with each line it prints. */
  readonly onLine: (line: string) => void
  /** Whether it would run forever: a shell must then make sure that it ends with this program. */
  readonly watched: boolean
}

/** Starts ssh in its own session, detached from the terminal and its Ctrl-C. */
export function startSsh(args: readonly string[], { environment, onLine, watched }: StartOptions): SshProcess {
  const [program, words] = watched ? ['sh', ['-c', watcher, 'sh', 'ssh', ...args]] : ['ssh', args]
  const child: ChildProcessByStdio<Writable, null, Readable> = spawn(program, words, {
    ...inSessionOfItsOwn,
    env: environment,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const lines = new LineSplitter(onLine)
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  const ended = new Promise<void>(done => {
    const end = () => {
      lines.end()
      child.stdin.end()
      done()
    }
    child.stderr.once('end', end).once('error', end)
    child.once('error', error => {
      onLine(error.message)
      end()
    })
  })
  return {
    ended,
    end: () => void child.stdin.end(),
    kill: () => killSession(child),
  }
}

/** ssh's exit code if ssh itself failed, or a signal killed the command (ssh(1), EXIT STATUS). */
export const ownExitCode = 255

/** Milliseconds for reading what a failed ssh has left. */
const readTimeout = 500

/**
 * Gives up the output of an ssh that has failed, once it has had a moment to be read. Node emits 'close' only after all output has been
 * read, so a reader that has stopped would hide the end of the process forever.
 */
export function dropUnreadOutput(child: ChildProcess): void {
  child.once('exit', (code, signal) => {
    if (code !== ownExitCode && signal === null) return
    const late = setTimeout(() => child.stdout?.destroy(), readTimeout)
    child.once('close', () => clearTimeout(late))
  })
}

/** Kills a process that was started in its own session, with every process it has started, where the system supports that. */
export function killSession(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    if (process.platform === 'win32') child.kill()
    else process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A terminal's Ctrl-C is meant for the program running in it. On Windows this also opens no console window. */
export const inSessionOfItsOwn = { detached: true, windowsHide: true } as const

/** The environment of an ssh whose output is parsed. */
export const inEnglish = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...environment,
  LC_ALL: 'C',
  LANGUAGE: 'C',
})
