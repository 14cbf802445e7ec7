import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceWholeFile } from '../files/whole-file'
import type { ExportedFile } from './exported-file'

/** The file that says what an export wrote: each path and the SHA-256 of its text, as `sha256sum --check` accepts them. */
const sumsFile = '.fleet-ops-export.sha256'

/**
 * Writes the files of an export, each in one move. Files that somebody has edited since the last export, or that were there before
 * the first, are kept: then nothing is written, and they are answered. `force` replaces them. Throws file system errors.
 */
export async function writeExport(
  folder: string,
  files: readonly ExportedFile[],
  { force }: { force: boolean },
): Promise<readonly string[]> {
  const edited = force ? [] : await editedFiles(folder, files)
  if (edited.length > 0) return edited
  for (const { path, text } of files) await write(join(folder, path), text)
  await write(join(folder, sumsFile), files.map(({ path, text }) => `${sumOf(text)}  ${path}\n`).join(''))
  return []
}

async function editedFiles(folder: string, files: readonly ExportedFile[]): Promise<readonly string[]> {
  const sums = (await textOf(join(folder, sumsFile))) ?? ''
  const known = new Map([...sums.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, sum = '', path = '']) => [path, sum]))
  const states = await Promise.all(
    files.map(async ({ path, text }) => {
      const now = await textOf(join(folder, path))
      return now === undefined || now === text || sumOf(now) === known.get(path) ? [] : [path]
    }),
  )
  return states.flat()
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex')

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await replaceWholeFile(path, text)
}
