import { randomUUID } from 'node:crypto'
import { access, link, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CliError } from './cli-error'
import { exitCode } from './exit-code'
import { reasonOf, writeDurably } from './fleet-file'

/** Throws CliError if there is something at `path` that a new file would replace. */
export async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw occupied(path)
}

const occupied = (path: string) =>
  new CliError(`${path} is there already, and is kept`, {
    remedy: 'name another file with --output, or replace it with --force',
    exitCode: exitCode.refused,
  })

/**
 * Writes a file that is there in full or not at all: beside it first, flushed, and then moved in place. Without `force` it never
 * replaces one, even one that came meanwhile. Throws CliError if it cannot be written.
 */
export async function writeNewFile(path: string, text: string, { force }: { force: boolean }): Promise<void> {
  const real = await realpath(path).catch(() => path)
  const beside = join(dirname(real), `.fleet-ops-${randomUUID()}.tmp`)
  try {
    await writeDurably(beside, text, 0o666 & ~process.umask())
    // A link, unlike a rename, fails if its name is taken.
    await (force ? rename(beside, real) : link(beside, real))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw occupied(path)
    throw new CliError(`${path} cannot be written: ${reasonOf(error)}`, { exitCode: exitCode.failed })
  } finally {
    await rm(beside, { force: true })
  }
}
