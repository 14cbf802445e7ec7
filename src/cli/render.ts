import { loadFleet } from '../apply/session'
import { upstreamBlock } from '../apply/upstream-block'
import type { Command } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'
import { sayError } from './say-error'

/** Prints the upstream block for nginx. Exit code 1, and the findings, for a file with errors. */
export async function render({ file }: Extract<Command, { name: 'render' }>, console: Console): Promise<ExitCode> {
  const text = await readOwnFleetFile(file)
  try {
    console.write(await upstreamBlock(loadFleet(file, text).fleet, file))
    return exitCode.done
  } catch (error) {
    sayError(error, console)
    return exitCode.failed
  }
}
