import { t } from '@vscode/l10n'
import type { OpeningPhase } from '../connect-error'

/** Lines of ssh's DEBUG1 log that begin a phase, or end the last one (sshconnect.c, kex.c, clientloop.c). */
const milestones: readonly (readonly [RegExp, OpeningPhase | 'open'])[] = [
  [/^debug1: (Connection established|Executing proxy command)/, 'greeting'],
  [/^debug1: SSH2_MSG_NEWKEYS received/, 'authenticate'],
  [/^debug1: Entering interactive session/, 'open'],
]

/** Reasons why a key was not used that help the operator. */
const problems: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/^no such identity: (.+): No such file or directory/, ([, path = '']) => t('{0} does not exist', path)],
  [
    /^Load key "(.+)": bad permissions/,
    ([, path = '']) => t('{0} is readable by other users, so ssh does not use it (chmod 600)', path),
  ],
  [/^Load key "(.+)": (.+?)\.?$/, ([, path = '', why = '']) => t('{0} cannot be used ({1})', path, why)],
  [
    /^sign_and_send_pubkey: signing failed for \S+ "(.+)".*: (.+?)\.?$/,
    ([, key = '', why = '']) => t('signing with {0} failed ({1})', key, why),
  ],
  [/^lib_contains_symbol: open (.+): (.+)$/, ([, path = '', why = '']) => t('{0} cannot be read ({1})', path, why)],
  [/^provider (.+) is not a PKCS11 library/, ([, path = '']) => t('{0} is no PKCS#11 provider', path)],
  [
    /^dlopen (.+?) failed: (.+)$/,
    ([, path = '', why = '']) => t('the PKCS#11 provider {0} cannot be loaded ({1})', path, why),
  ],
  [
    /^debug1: (?:\w+: )?provider "?(.+?)"? returned no (?:slots|keys)$/,
    ([, path = '']) => t('the PKCS#11 provider {0} shows no key: is its token plugged in?', path),
  ],
  [/^PKCS#11 login failed: PIN locked/, () => t('the token is locked after too many wrong PINs (its PUK unlocks it)')],
  [
    /^(?:PKCS#11 login|C_Login) failed: (.+)$/,
    ([, why = '']) => t('the token took no PIN ({0}): try again, but not often, for wrong ones lock it', why),
  ],
  [/^(?:provider|C_\w+|pkcs11).*$/i, ([line]) => line.trim()],
]

/** Follow upon what says more. */
const nothingNew = /^login failed$|^pkcs11_get_key failed|^lib_contains_symbol: .* does not contain|^pin required$/

/** ssh has not got into a token with the PIN that it was given (ssh-pkcs11.c, pkcs11_login_slot). */
const pinRefusal = /^(?:PKCS#11 login|C_Login) failed/

/** Before what GSSAPI has to say, on a line of its own (gss-genr.c, ssh_gssapi_error). */
const gssapiFailure =
  /^debug1: +(?:Unspecified GSS failure|No credentials were supplied|The referenced \w+ has expired|Miscellaneous failure)/

/** How many of its last lines are kept. */
const mostWords = 20

/**
 * Parses the output of a connecting ssh line by line, with `LogLevel DEBUG1` and `LC_ALL=C`: how far it got, what it tried, and its
 * other messages.
 */
export class SshLog {
  phase: OpeningPhase | 'open' = 'connect'
  /** The way of logging in that is being tried. */
  way: string | undefined
  /** Whether the server may have asked something (keyboard-interactive), in words of its own. */
  serverAsks = false
  /** Whether the server has greeted it: then it is logged in to every host on the way there. */
  isGreeted = false
  /** Whether a command leads it to the server (ProxyCommand), which may ask something too. */
  isLed = false
  /** How many PINs of tokens it was given that were wrong. */
  refusedPins = 0
  /** Whether somebody was asked for a secret, and gave none. */
  isDeclined = false
  readonly #tried: string[] = []
  readonly #problems: string[] = []
  readonly #words: string[] = []
  readonly #reasons = new Map<string, string>()
  #taken: readonly string[] | undefined
  #commandEnd: 'exit-status' | 'exit-signal' | undefined
  #openFailure: string | undefined
  #gssapiFailed = false
  /** What the connection is to be led on to that ssh has just been asked for at a socket of its own. */
  #requested: string | undefined

  /** Keys and login methods tried, in order. */
  tried = (): readonly string[] => this.#tried
  problems = (): readonly string[] => this.#problems
  /** The methods that the server accepts, if it has said so. */
  taken = (): readonly string[] | undefined => this.#taken
  /** Messages other than progress; the last line is usually why it ended. */
  words = (): readonly string[] => this.#words

  /** The exit code of its command, if the server has sent one. */
  commandEnd = (): 'exit-status' | 'exit-signal' | undefined => this.#commandEnd
  /** Why the last requested channel was not opened, in the server's words. */
  openFailure = (): string | undefined => this.#openFailure

  /** Takes a line, and answers the channel that began or ended with it, if one did. */
  take(line: string): ChannelEvent | undefined {
    const reached = milestones.find(([pattern]) => pattern.test(line))
    if (reached) this.phase = reached[1]
    // Also where a banner of the server's comes before it, and does not end its line.
    const way = /debug1: Next authentication method: (\S+)/.exec(line)?.[1]
    if (way) this.way = way
    if (way === 'keyboard-interactive') this.serverAsks = true
    if (line.startsWith('debug1: Executing proxy command')) this.isLed = true
    if (line.startsWith('debug1: Remote protocol version')) this.isGreeted = true
    if (pinRefusal.test(line)) this.refusedPins++
    const isReason = this.#gssapiFailed
    this.#gssapiFailed = gssapiFailure.test(line)
    if (nothingNew.test(line) || (isReason && this.#takeGssapiReason(line)) || this.#takeProblem(line)) return undefined
    if (!line.startsWith('debug1: ')) return this.#takeWords(line)
    const offered = /^debug1: Offering public key: (.+?) \S+ SHA256:/.exec(line)
    if (offered?.[1]) this.#add(this.#tried, offered[1])
    if (way && way !== 'publickey') this.#add(this.#tried, way)
    const taken = /^debug1: Authentications that can continue: (.+)$/.exec(line)?.[1]
    if (taken) this.#taken = taken.split(',')
    const ended = /^debug1: client_input_channel_req: channel \d+ rtype (exit-status|exit-signal) /.exec(line)?.[1]
    if (ended) this.#commandEnd = ended as 'exit-status' | 'exit-signal'
    const requested = /^debug1: Connection to port -?\d+ forwarding to (.+?) port (-?\d+) requested/.exec(line)
    if (requested) this.#requested = channelTarget(requested[1] ?? '', Number(requested[2]))
    const begun = this.#requested !== undefined && /^debug1: channel (\d+): new /.exec(line)?.[1]
    if (begun) {
      const target = this.#requested ?? ''
      this.#requested = undefined
      return { kind: 'begun', channel: begun, target }
    }
    const freed = /^debug1: channel (\d+): free: \S+: listening port -?\d+ for (.+?) port (-?\d+), connect from/.exec(
      line,
    )
    if (!freed) return undefined
    const [, channel = '', name = '', port = ''] = freed
    const reason = this.#reasons.get(channel)
    this.#reasons.delete(channel)
    return { kind: 'ended', channel, target: channelTarget(name, Number(port)), reason }
  }

  /** A secret was asked for, and not given. */
  declined(): void {
    this.isDeclined = true
    this.#add(this.#problems, t('a question was not answered'))
  }

  /** There was no way to ask for a secret. */
  couldNotAsk(): void {
    this.#add(
      this.#problems,
      t('ssh cannot prompt for a passphrase, a PIN or a password on this system (load the key into an agent)'),
    )
  }

  #takeWords(line: string): undefined {
    const failed = /^channel (\d+): open failed: (.+)$/.exec(line)
    if (failed?.[1] && failed[2]) {
      this.#reasons.set(failed[1], failed[2])
      this.#openFailure = failed[2]
      return
    }
    if (line.trim() === '' || /^(Transferred|Bytes per second): |^Authenticated (to|using) /.test(line)) return
    this.#words.push(line)
    if (this.#words.length > mostWords) this.#words.shift()
  }

  #takeProblem(line: string): boolean {
    for (const [pattern, say] of problems) {
      const match = pattern.exec(line)
      if (!match) continue
      this.#add(this.#problems, say(match))
      return true
    }
    return false
  }

  /** Kerberos's own words follow upon GSSAPI's, and are no word of ssh. */
  #takeGssapiReason(line: string): boolean {
    if (line.startsWith('debug1: ') || line.trim() === '') return false
    const said = /credential|expired/i.test(line)
      ? t('GSSAPI did not log in: {0} (`kinit` gets a ticket)', line.trim())
      : t('GSSAPI did not log in: {0}', line.trim())
    this.#add(this.#problems, said)
    return true
  }

  #add(list: string[], word: string): void {
    if (!list.includes(word)) list.push(word)
  }
}

/** A channel is being led on, or was and is closed. */
export type ChannelEvent = {
  /** Its number, which another one has after it. */
  readonly channel: string
  /** As {@link channelTarget} makes it. */
  readonly target: string
} & (
  | { readonly kind: 'begun' }
  | {
      readonly kind: 'ended'
      /** Why it never opened, in the server's words; undefined if it did. */
      readonly reason: string | undefined
    }
)

/** A channel's destination as it appears in the log: a socket has no port. */
export const channelTarget = (name: string, port: number): string => (port < 0 ? name : `${name} ${port}`)
