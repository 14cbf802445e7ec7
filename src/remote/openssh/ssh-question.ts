import { resolve } from 'node:path'
import { t } from '@vscode/l10n'
import { questionLine } from '../question-line'
import type { SshLog } from './ssh-log'

/** A question of ssh's, and who asks it: ssh itself for the passphrase of a key or the PIN of a token, or somebody through it. */
export type SshQuestion =
  | { readonly kind: 'passphrase'; readonly path: string }
  | { readonly kind: 'pin'; readonly token: string }
  | {
      readonly kind: 'other'
      /** As part of a sentence. */
      readonly words: string
      /** Whether the same answer works for every login, unlike a one-time code. */
      readonly isPassword: boolean
      /** Without an answer, ssh sends an empty one, up to three times, instead of trying the next key. */
      readonly wantsAnswer: boolean
    }

/**
 * Whose question a prompt is. A server words its own as it likes, and an ssh before 8.5 passes them on as they are: what asks for a
 * passphrase is the server's, unless ssh is at keys, has not let the server ask yet, and has such a key. A PIN ssh may want before it logs
 * in too, to find a token's keys: then it is a ProxyCommand that may ask besides. `log` is what ssh has said so far,
 * `identityFiles` are the private keys that it may open.
 */
export function sshQuestion(
  prompt: string,
  log: Pick<SshLog, 'way' | 'serverAsks' | 'phase' | 'isLed'>,
  identityFiles: readonly string[],
): SshQuestion {
  const said = /^Enter passphrase for (?:key )?'(.+)': $/.exec(prompt)?.[1]
  const path = said === undefined ? undefined : pathOf(said, identityFiles)
  if (path !== undefined && log.way === 'publickey' && !log.serverAsks) return { kind: 'passphrase', path }
  const token = /^Enter PIN for '(.*)': $/.exec(prompt)?.[1]
  const looksForKeys = log.way === undefined && log.phase === 'greeting' && !log.isLed
  if (token !== undefined && (log.way === 'publickey' || looksForKeys) && !log.serverAsks) return { kind: 'pin', token }
  const looksOwn = /^Enter (?:passphrase|PIN) for /.test(prompt)
  return {
    kind: 'other',
    words: looksOwn && log.serverAsks ? t('the server asks: {0}', wordsOf(prompt)) : wordsOf(prompt),
    isPassword: /password: ?$/i.test(prompt),
    wantsAnswer: log.serverAsks || !looksOwn,
  }
}

/** ssh prints at most this many bytes of a path (sshconnect2.c, load_identity_file). */
const longestPath = 100

function pathOf(said: string, identityFiles: readonly string[]): string | undefined {
  const path = resolve(said)
  if (identityFiles.includes(path)) return path
  const longer = identityFiles.filter(file => Buffer.byteLength(said) === longestPath && file.startsWith(said))
  return new Set(longer).size === 1 ? longer[0] : undefined
}

/** ssh's question as part of a sentence: `alice@host's password: ` is the `password of alice@host`. */
function wordsOf(prompt: string): string {
  const password = /^(?:\((.+)\) )?(?:(\S+@\S+)'s )?password: ?$/i.exec(prompt)
  const who = password?.[1] ?? password?.[2]
  return who === undefined ? questionLine(prompt).replace(/:$/, '') : t('password of {0}', questionLine(who))
}
