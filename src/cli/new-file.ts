import { access } from 'node:fs/promises'
import { createWholeFile, replaceWholeFile } from '../files/whole-file'
import { CliError } from './cli-error'
import { exitCode } from './exit-code'
import { reasonOf } from './fleet-file'

/** Throws CliError if a new file would replace something at `path`. */
export async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists) throw occupied(path)
}

const occupied = (path: string) =>
  new CliError(`${path} already exists and was not changed`, {
    remedy: 'choose another file with --output, or replace it with --force',
    exitCode: exitCode.refused,
  })

/**
 * Writes a file that is there in full or not at all. Without `force` it never replaces one, even one that came meanwhile.
 * Throws CliError if it cannot be written.
 */
export async function writeNewFile(path: string, text: string, { force }: { force: boolean }): Promise<void> {
  try {
    await (force ? replaceWholeFile(path, text) : createWholeFile(path, text))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw occupied(path)
    throw new CliError(`${path} cannot be written: ${reasonOf(error)}`, { exitCode: exitCode.failed })
  }
}
