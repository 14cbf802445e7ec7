import type { ServerChannel } from 'ssh2'
import type { SimulatedServer } from './simulated-server'

/** Answers the `follow-journal` script: what a worker has said and continues to say, until the client ends its input or goes away. */
export function followJournal(
  server: SimulatedServer,
  [unit = '', lines = '0']: readonly string[],
  channel: ServerChannel,
): void {
  const journal = server.workerOfUnit(unit)?.journal
  const write = (line: string) => void channel.write(`${line}\n`)
  if (!journal) write('-- No entries --')
  for (const line of journal?.last(Number(lines)) ?? []) write(line)
  const leave = journal?.follow(write)
  const end = () => {
    leave?.()
    if (!channel.writable) return
    channel.exit(0)
    channel.end()
  }
  channel.once('end', end).once('close', () => leave?.())
}
