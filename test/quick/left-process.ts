import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/** The line that a process writes to a file, such as its number; the file is gone afterwards. */
export async function writtenTo(file: string): Promise<string> {
  while (!existsSync(file) || !readFileSync(file, 'utf8').endsWith('\n')) await turn()
  const line = readFileSync(file, 'utf8').trim()
  rmSync(file)
  return line
}

/** Resolves when the process of a number has ended, whether or not its parent has looked at that (proc_pid_stat(5)). */
export async function hasEnded(pid: string): Promise<void> {
  while (isRunning(pid)) await turn()
}

function isRunning(pid: string): boolean {
  try {
    return existsSync('/proc/self/stat')
      ? !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      : process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
