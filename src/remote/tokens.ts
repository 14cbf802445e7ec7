import { createHash } from 'node:crypto'
import { homedir, hostname, userInfo } from 'node:os'

/** Values of the tokens in ssh's configuration (ssh_config(5), TOKENS). */
export interface TokenFacts {
  /** As requested. */
  readonly host: string
  /** As connected to. */
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly hostKeyAlias?: string | undefined
  readonly proxyJump?: string | undefined
}

type Tokens = Readonly<Record<string, string>>

/** The current user as ssh sees it: from the user database, whatever $HOME and $USER say. */
export function account(): { readonly uid: number; readonly username: string; readonly homedir: string } {
  try {
    return userInfo()
  } catch {
    // A container may run as a user id without a name.
    return { uid: process.getuid?.() ?? -1, username: process.env.USER ?? '', homedir: homedir() }
  }
}

/** Those that `ProxyCommand` and `ProxyJump` know. */
export function commandTokens({ host, hostName, port, user }: TokenFacts): Tokens {
  return { '%': '%', h: hostName, n: host, p: String(port), r: user }
}

/** Those that `IdentityFile` and other paths know. */
export function pathTokens(facts: TokenFacts): Tokens {
  const { host, hostName, port, user, hostKeyAlias, proxyJump = '' } = facts
  const local = hostname()
  const { uid, username, homedir } = account()
  return {
    ...commandTokens(facts),
    C: createHash('sha1').update(`${local}${hostName}${port}${user}${proxyJump}`).digest('hex'),
    d: homedir,
    i: String(uid),
    j: proxyJump,
    k: hostKeyAlias ?? host,
    L: local.split('.')[0] ?? local,
    l: local,
    u: username,
  }
}

/** Expands `%` tokens. Unknown ones stay as they are. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%([%A-Za-z])/g, (token, letter: string) => tokens[letter] ?? token)
}

/** Expands `${NAME}` from the environment. An unset one stays as it is, and names no file. */
export function expandVariables(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{(\w+)\}/g, (variable, name: string) => environment[name] ?? variable)
}
