import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** A host that `~/.ssh/config` names. */
export interface SshHost {
  readonly alias: string
  /** Its `HostName`, if the same block gives it. */
  readonly hostName?: string
  /** The file that names it, and the line, counted from one. */
  readonly file: string
  readonly line: number
}

/** The depth to which ssh itself follows Include (readconf.c, READCONF_MAX_DEPTH). */
const deepest = 16
const mostFiles = 200
const mostBytes = 1_000_000

/**
 * The hosts that a person's ssh configuration names without wildcards, in order, each once. Include is followed, as
 * in ssh_config(5). Match is never evaluated, so that no command of `Match exec` runs. Unreadable files are skipped.
 * @param home the folder that holds `.ssh`
 */
export function readSshHosts(home: string): readonly SshHost[] {
  const folder = join(home, '.ssh')
  const hosts = new Map<string, SshHost>()
  const seen = new Set<string>()
  const read = (file: string, depth: number) => {
    if (depth > deepest || seen.size >= mostFiles || seen.has(file)) return
    seen.add(file)
    for (const found of hostsIn(textOf(file))) {
      if (found.kind === 'include') for (const other of expand(found.path, folder, home)) read(other, depth + 1)
      else if (!hosts.has(found.alias)) {
        const { alias, hostName, line } = found
        hosts.set(alias, { alias, file, line, ...(hostName === undefined ? {} : { hostName }) })
      }
    }
  }
  read(join(folder, 'config'), 0)
  return [...hosts.values()]
}

type Found =
  | { readonly kind: 'host'; readonly alias: string; readonly line: number; hostName?: string }
  | { readonly kind: 'include'; readonly path: string }

/** What one file names, in order. Keywords are in any case, and may be followed by `=` (ssh_config(5)). */
function hostsIn(text: string): readonly Found[] {
  const found: Found[] = []
  let block: Extract<Found, { kind: 'host' }>[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, keyword = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? []
    const values = wordsOf(rest)
    const name = keyword.toLowerCase()
    if (name === 'match') block = []
    else if (name === 'include') found.push(...values.map(path => ({ kind: 'include' as const, path })))
    else if (name === 'hostname') for (const host of block) host.hostName ??= values[0] ?? ''
    else if (name === 'host') {
      block = values
        .filter(alias => /^[^\s!*?-][^\s*?]*$/.test(alias))
        .map(alias => ({ kind: 'host' as const, alias, line: index + 1 }))
      found.push(...block)
    }
  }
  return found
}

/** The words of a line as ssh splits them (misc.c, argv_split): quotes hold spaces, and a word that begins with `#` begins a comment. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/(?:"[^"]*"|'[^']*'|\\[\s"'\\]|[^\s"'])+/g)].map(([word]) => word)
  const comment = words.findIndex(word => word.startsWith('#'))
  return words
    .slice(0, comment < 0 ? undefined : comment)
    .map(word =>
      word.replace(/"([^"]*)"|'([^']*)'|\\([\s"'\\])/g, (_, double, single, escaped) => double ?? single ?? escaped),
    )
}

/** Only plain files: reading a pipe would wait for ever. */
function textOf(file: string): string {
  try {
    const found = statSync(file)
    return found.isFile() && found.size <= mostBytes ? readFileSync(file, 'utf8') : ''
  } catch {
    return ''
  }
}

/** The files that an Include means: `~` is the home folder, a relative path begins in `~/.ssh`, and `*`, `?`, `[…]` match names. */
function expand(path: string, folder: string, home: string): readonly string[] {
  const tilde = path.startsWith('~/') ? join(home, path.slice(2)) : path
  const absolute = isAbsolute(tilde) ? tilde : join(folder, tilde)
  const [root = '', ...steps] = absolute.split(/[/\\]/)
  return steps.reduce<readonly string[]>(
    (folders, step) => folders.flatMap(parent => (/[*?[]/.test(step) ? matches(parent, step) : [`${parent}/${step}`])),
    [root],
  )
}

function matches(folder: string, pattern: string): readonly string[] {
  try {
    const name = nameMatching(pattern)
    return readdirSync(`${folder}/`)
      .filter(entry => name.test(entry) && entry.startsWith('.') === pattern.startsWith('.'))
      .sort()
      .slice(0, mostFiles)
      .map(entry => `${folder}/${entry}`)
  } catch {
    return []
  }
}

function nameMatching(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, part => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\')
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  })
  return new RegExp(`^${source}$`)
}
