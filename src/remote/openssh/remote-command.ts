import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { PassThrough } from 'node:stream'
import type { RemoteCommand } from '../link'

/** An `ssh` process as the command that it runs on the server; `exit` tells how that ended. */
export function remoteCommandOf(child: ChildProcessWithoutNullStreams, exit: RemoteCommand['exit']): RemoteCommand {
  const stderr = child.stderr.pipe(new PassThrough())
  exit.catch(() => {})
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr,
    exit,
    destroy() {
      child.kill()
      child.stdout.resume()
      stderr.resume()
    },
  }
}
