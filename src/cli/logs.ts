import { loadFleet } from '../apply/session'
import { readJournal, usualLines } from '../observe/journal'
import { serverMeant, workerWithId } from '../plan/select'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'
import { takeInterruptions } from './interruption'
import { withConnections } from './with-connections'

/** Prints a worker's journal, and with `follow` its new lines. 0 at the end, 130 when interrupted. */
export async function logs(
  { file, given, lines = usualLines, follow }: Extract<Command, { name: 'logs' }>,
  console: Console,
): Promise<ExitCode> {
  const { fleet } = loadFleet(file, await readOwnFleetFile(file))
  const server = serverMeant(fleet, given)
  const { unit } = workerWithId(server, given.worker)
  return withConnections(console, async connections => {
    const connection = await connections.to(server)
    const interruption = takeInterruptions(() => {})
    const signal = AbortSignal.any([interruption.cancel, console.unread])
    const onLine = (line: string) => console.write(`${line}\n`)
    const ready = () => console.drained(signal)
    try {
      await readJournal(connection, { unit, lines, follow, signal, onLine, ready })
      return interruption.cancel.aborted ? exitCode.cancelled : exitCode.done
    } finally {
      interruption.dispose()
    }
  })
}
