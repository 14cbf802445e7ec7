import { statSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { t } from '@vscode/l10n'
import { RemoteError } from './connection'
import { account } from './tokens'

/** Where a path stands, and what it is read with. */
export interface PathContext {
  readonly machine: string
  /** The option of ssh's configuration. */
  readonly keyword: string
  readonly environment: NodeJS.ProcessEnv
  /** This one unless given. */
  readonly platform?: NodeJS.Platform
  readonly isFile?: (path: string) => boolean
}

/**
 * A path of ssh's configuration, where `~` is the home of the user database (misc.c, tilde_expand).
 * Throws RemoteError for a relative one: ssh would look for it wherever it happens to be started, which may be a folder of somebody else's.
 */
export function configuredPath(path: string, context: PathContext): string {
  const { environment, platform = process.platform } = context
  const { isAbsolute, join, resolve } = platform === 'win32' ? win32 : posix
  if (/^~(?:$|[/\\])/.test(path)) return join(account().homedir, path.slice(1))
  // What the ssh of Windows calls the folder (contrib/win32, PROGRAM_DATA).
  const placed = path.replace(/^__PROGRAMDATA__(?=[/\\])/, () => environment.ProgramData ?? String.raw`C:\ProgramData`)
  if (isAbsolute(placed)) return resolve(placed)
  throw relative(path, context, t('Write it with ~/ or from the root in ~/.ssh/config.'))
}

/**
 * The path of a library of ssh's configuration, where `~` is nothing to ssh (ssh-pkcs11.c, pkcs11_register_provider).
 * Throws RemoteError for a relative one, as configuredPath does: ssh would run what is in it.
 */
export function libraryPath(path: string, context: PathContext): string {
  const { platform = process.platform } = context
  const { isAbsolute } = platform === 'win32' ? win32 : posix
  if (isAbsolute(path)) return path
  throw relative(path, context, t('Write it from the root in ~/.ssh/config, without ~/.'))
}

const relative = (path: string, { machine, keyword }: PathContext, remedy: string) =>
  new RemoteError(
    machine,
    'resolve',
    t("{0} of ssh's configuration has the relative path {1}, which may be anywhere.", keyword, JSON.stringify(path)),
    { remedy },
  )

/**
 * The paths of a list as `ssh -G` prints it, without quotes: a space stands between two paths, or in one. A path begins where one can
 * begin, and goes on where none can.
 * Throws RemoteError for a relative path, and where the files that there are speak for another reading.
 */
export function configuredPaths(list: string, context: PathContext): readonly string[] {
  const { isFile = isThere, platform = process.platform } = context
  if (list === 'none' || list === '') return []
  const beginning = platform === 'win32' ? /^(?:[/\\~]|[A-Za-z]:|__PROGRAMDATA__)/ : /^[/~]/
  const written: string[] = []
  for (const piece of list.split(' '))
    written.push(written.length === 0 || beginning.test(piece) ? piece : `${written.pop()} ${piece}`)
  const place = (path: string) => configuredPath(path, context)
  const paths = written.map(place)
  const isOther = (reading: string) => isFile(place(reading))
  const parted = written.filter((path, index) => !isFile(paths[index] ?? '') && startsOf(path).some(isOther))
  const other = parted[0] ?? joinsOf(written).find(isOther)
  if (other === undefined) return paths
  throw new RemoteError(
    context.machine,
    'resolve',
    t(
      "{0} of ssh's configuration can be read in two ways, because of the spaces in {1}.",
      context.keyword,
      JSON.stringify(other),
    ),
    { remedy: t('Name files there whose paths have no spaces.') },
  )
}

/** What a path is before each of its spaces. */
const startsOf = (path: string): string[] => [...path.matchAll(/ /g)].map(({ index }) => path.slice(0, index))

/** What each two and more of them that follow each other are as one path. */
const joinsOf = (paths: readonly string[]): string[] =>
  paths.flatMap((_, start) => paths.slice(start + 1).map((_, more) => paths.slice(start, start + more + 2).join(' ')))

function isThere(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
