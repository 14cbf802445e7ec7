import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { t } from '@vscode/l10n'
import { RemoteError } from './connection'
import { type KnownHostsEntry, parseKnownHosts } from './known-hosts'

/** Reads known_hosts files in their order; a missing file counts as empty. Throws RemoteError if one cannot be read. */
export async function readKnownHosts(machine: string, files: readonly string[]): Promise<readonly KnownHostsEntry[]> {
  return (await Promise.all(files.map(file => readEntries(machine, file)))).flat()
}

async function readEntries(machine: string, file: string): Promise<readonly KnownHostsEntry[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new RemoteError(
      machine,
      'host-key',
      t('{0} cannot be read ({1}), so no host key can be verified.', file, String(code)),
      {
        cause: error,
        remedy: t('Fix its owner or permissions: ls -l {0}', file),
      },
    )
  }
}

/**
 * Appends a line as ssh does: with one write, which programs appending at the same time cannot tear apart (open(2), O_APPEND), and
 * which keeps the file's owner, mode and links. A new file is readable by its owner only.
 * Throws RemoteError if it cannot be written.
 */
export async function appendKnownHost(machine: string, file: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a+', 0o600)
    try {
      const { size } = await handle.stat()
      const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
      await handle.write(`${last === '\n' ? '' : '\n'}${line}\n`)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new RemoteError(
      machine,
      'host-key',
      t('The host key could not be added to {0} ({1}).', file, String((error as NodeJS.ErrnoException).code)),
      { cause: error, remedy: t('Fix its owner or permissions, or add this line yourself: {0}', line) },
    )
  }
}
