const key = /(^|[_-])(token|password|passwd|passphrase|secret|api[_-]?key|private[_-]?key)$/i

/** What secrets look like by themselves: by their form, or by the prefixes that well known issuers give them. */
const values: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /^Bearer\s+\S{8,}/i,
  // Within a command a word behind it may be only a word: a secret has digits.
  /\bBearer\s+(?=[^\s'"$]*\d)[^\s'"$]{8,}/i,
  // The hyphenated prefixes are words of server names too: a secret has capitals, small letters and digits behind them.
  /^[spr]k[-_](?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[A-Za-z0-9_-]{16,}$/,
  /^gh[pousr]_[A-Za-z0-9]{20,}$/,
  /^github_pat_\w{20,}$/,
  /^glpat-\S{16,}$/,
  /^xox[abprs]-\S{10,}$/,
  /^AKIA[A-Z0-9]{16}$/,
  /^eyJ[\w-]{10,}\.[\w-]{10,}\./,
  // A password in a URL, and a secret in its query (RFC 3986, 3.2.1).
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i,
  /[?&](access_token|token|password|secret|api_?key)=[^&\s]{4,}/i,
  // A secret in a command, unless it is taken from a variable.
  /(^|[\s;&|'"(])\w*(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY)=['"]?[^\s'"$]{4,}/i,
  // And behind an option, unless that is a variable, a file or a stand-in.
  /(^|\s)--?([a-z0-9]+-)*(token|password|passwd|passphrase|secret|api-?key)[\s=]\s*['"]?[^\s'"$`/~@<>{*-][^\s'"$]{3,}/i,
]

/** Whether a key names a secret, so that whatever stands there is one. */
export const isSecretKey = (name: string): boolean => key.test(name)

/** Whether a text is, or holds, what looks like a secret. */
export const looksSecret = (text: string): boolean => values.some(form => form.test(text))
