const key = /(^|[_-])(token|password|passwd|passphrase|secret|api[_-]?key|private[_-]?key)$/i

/** What secrets look like by themselves: their form, or the prefixes of well-known issuers. */
const values: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /^Bearer\s+\S{8,}/i,
  // In a command, the word after it may be just a word: a secret has digits.
  /\bBearer\s+(?=[^\s'"$]*\d)[^\s'"$]{8,}/i,
  // The hyphenated prefixes also occur in server names: a secret has upper case, lower case and digits after them.
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
  // A secret in a command, unless it comes from a variable.
  /(^|[\s;&|'"(])\w*(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY)=['"]?[^\s'"$]{4,}/i,
  // And after an option, unless that is a variable, a file or a placeholder.
  /(^|\s)--?([a-z0-9]+-)*(token|password|passwd|passphrase|secret|api-?key)[\s=]\s*['"]?[^\s'"$`/~@<>{*-][^\s'"$]{3,}/i,
]

/** Whether a key names a secret, so that any value of it is one. */
export const isSecretKey = (name: string): boolean => key.test(name)

/** Whether a text looks like a secret, or contains something that does. */
export const looksSecret = (text: string): boolean => values.some(form => form.test(text))
