import { readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { t } from '@vscode/l10n'
import { UpstreamError } from '../nginx/upstream-error'

/** Node's error codes for a file that cannot be read, and what to do about each. */
const reasons: Readonly<Record<string, () => string>> = {
  ENOENT: () =>
    t('no such file beside fleet.yaml. Put the template there, or remove the key to use the built-in template.'),
  EISDIR: () => t('it is a folder. Give the name of the template in it.'),
  ENOTDIR: () => t('a part of this path is not a folder. Give the name of a file beside fleet.yaml.'),
  EACCES: () => t('permission denied. Let your user read it (chmod u+r).'),
  ELOOP: () => t('its symbolic links form a loop. Put the template itself there.'),
}

/**
 * The text of a fleet's own template, named relative to the folder of fleet.yaml at `path`. Nothing outside that folder is read,
 * wherever symbolic links lead: what is not the fleet's own is neither run nor shown.
 * Throws UpstreamError.
 */
export async function templateText(path: string, template: string): Promise<string> {
  try {
    const folder = await realpath(dirname(path))
    const file = await realpath(resolve(folder, template))
    if (!isWithin(folder, file))
      throw new UpstreamError(
        t(
          'it is outside the folder of fleet.yaml, at {0}, and is not read. Put the template itself beside fleet.yaml.',
          file,
        ),
      )
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
    if (reason === undefined) throw error
    throw new UpstreamError(reason(), { cause: error })
  }
}

function isWithin(folder: string, file: string): boolean {
  const way = relative(folder, file)
  return !isAbsolute(way) && !/^\.\.([/\\]|$)/.test(way)
}
