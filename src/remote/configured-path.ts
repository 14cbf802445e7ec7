import { statSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { t } from '@vscode/l10n'
import { RemoteError } from './connection'
import { account } from './tokens'

/** Which option a path comes from, and what is needed to read it. */
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
 * A path in ssh's configuration, where `~` is the home directory in the user database (misc.c, tilde_expand). Throws RemoteError for a
 * relative path: ssh would resolve it against its current folder, which may belong to another user.
 */
export function configuredPath(path: string, context: PathContext): string {
  const { environment, platform = process.platform } = context
  const { isAbsolute, join, resolve } = platform === 'win32' ? win32 : posix
  if (/^~(?:$|[/\\])/.test(path)) return join(account().homedir, path.slice(1))
  // The name that ssh on Windows uses for this folder (contrib/win32, PROGRAM_DATA).
  const placed = path.replace(/^__PROGRAMDATA__(?=[/\\])/, () => environment.ProgramData ?? String.raw`C:\ProgramData`)
  if (isAbsolute(placed)) return resolve(placed)
  throw relative(path, context, t('Make it absolute, or start it with ~/, in ~/.ssh/config.'))
}

/**
 * The path of a library of ssh's configuration, where `~` is nothing to ssh (ssh-pkcs11.c, pkcs11_register_provider).
 * Throws RemoteError for a relative one, as configuredPath does: ssh would run what is in it.
 */
export function libraryPath(path: string, context: PathContext): string {
  const { platform = process.platform } = context
  const { isAbsolute } = platform === 'win32' ? win32 : posix
  if (isAbsolute(path)) return path
  throw relative(path, context, t('Make it absolute in ~/.ssh/config, without ~/.'))
}

const relative = (path: string, { machine, keyword }: PathContext, remedy: string) =>
  new RemoteError(
    machine,
    'resolve',
    t(
      "{0} in ssh's configuration is the relative path {1}, and ssh would resolve it against whatever folder it is started in.",
      keyword,
      JSON.stringify(path),
    ),
    { remedy },
  )

/**
 * Splits a list of paths as `ssh -G` prints it: without quotes, so that a space either separates two paths or is part of one. A piece
 * that can begin a path begins one; any other piece continues the path before it.
 * Throws RemoteError for a relative path, and if the files that exist suggest another reading.
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
    t("{0} in ssh's configuration is ambiguous because of the spaces in {1}.", context.keyword, JSON.stringify(other)),
    { remedy: t('Use paths without spaces there.') },
  )
}

/** The part of a path before each of its spaces. */
const startsOf = (path: string): string[] => [...path.matchAll(/ /g)].map(({ index }) => path.slice(0, index))

/** Every run of two or more consecutive paths, joined into one. */
const joinsOf = (paths: readonly string[]): string[] =>
  paths.flatMap((_, start) => paths.slice(start + 1).map((_, more) => paths.slice(start, start + more + 2).join(' ')))

function isThere(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
