import { readFile } from 'node:fs/promises'
import { replaceWholeFile } from '../files/whole-file'
import { isFleetFile } from '../fleet/is-fleet-file'
import { CliError } from './cli-error'
import { exitCode } from './exit-code'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'it may not be changed',
  EISDIR: 'it is a folder',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
}

/** Node's error code in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return (code && reasons[code]) ?? message
}

/** The text of a fleet.yaml. Throws CliError if it cannot be read or is not UTF-8. */
export async function readFleetFile(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8 text' : reasonOf(error)
    throw new CliError(`${path} cannot be read: ${reason}`)
  }
}

/**
 * The text of the file that an operation works on. Throws CliError if it cannot be read, or its content is not ours: a file given by
 * name may be called anything.
 */
export async function readOwnFleetFile(path: string): Promise<string> {
  const text = await readFleetFile(path)
  if (isOurs(text)) return text
  throw new CliError(`${path} has neither servers nor load_balancer: it looks like another tool's fleet.yaml`)
}

/** Whether a text is a fleet.yaml of ours; `fleet.yaml` is also the name of Rancher Fleet's file. */
export const isOurs = (text: string): boolean => isFleetFile('fleet.yaml', text)

/**
 * Replaces the text of a fleet.yaml atomically. Its mode is kept, and a symbolic link keeps pointing to the real file.
 * Throws CliError if it cannot be written, or no longer contains `before`.
 */
export async function replaceFleetFile(path: string, before: string, text: string): Promise<void> {
  if ((await readFleetFile(path)) !== before)
    throw new CliError(`${path} has been changed since it was read`, {
      remedy: 'run this again to plan from its current text',
      exitCode: exitCode.refused,
    })
  try {
    await replaceWholeFile(path, text)
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${reasonOf(error)}`, {
      remedy: 'see to it that it can be written',
      exitCode: exitCode.refused,
    })
  }
}
