import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SshLog } from '../../../../src/remote/openssh/ssh-log'

/** Lines of `ssh -v`, and which problems and words are found in them. */
const table: readonly (readonly [string, readonly string[], readonly RegExp[], readonly string[]])[] = [
  [
    'no ticket, of which Kerberos speaks on a line of its own',
    [
      'debug1: Next authentication method: gssapi-with-mic',
      'debug1: No credentials were supplied, or the credentials were unavailable or inaccessible',
      'No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_1000)',
      '',
      '',
      'debug1: Next authentication method: publickey',
      'Connection closed by 10.0.0.7 port 22',
    ],
    [/^GSSAPI did not log in: No Kerberos credentials available .*\(`kinit` gets a ticket\)$/],
    ['Connection closed by 10.0.0.7 port 22'],
  ],
  [
    'a host that Kerberos does not know',
    [
      'debug1: Unspecified GSS failure.  Minor code may provide more information',
      'Server host/core-1@FLEET.TEST not found in Kerberos database',
    ],
    [/^GSSAPI did not log in: Server host\/core-1@FLEET\.TEST not found in Kerberos database$/],
    [],
  ],
  [
    'credentials that go on to the server',
    ['debug1: Delegating credentials', 'Connection closed by 10.0.0.7 port 22'],
    [],
    ['Connection closed by 10.0.0.7 port 22'],
  ],
  [
    'a wrong PIN',
    [
      'PKCS#11 login failed: PIN incorrect',
      'login failed',
      'pkcs11_get_key failed',
      'sign_and_send_pubkey: signing failed for ECDSA "login": error in libcrypto',
    ],
    [/^the token took no PIN \(PIN incorrect\): try again, but not often/, /^signing with login failed/],
    [],
  ],
  [
    'a token that is locked',
    ['PKCS#11 login failed: PIN locked'],
    [/^the token is locked .* \(its PUK unlocks it\)$/],
    [],
  ],
  [
    'what is no PKCS#11 library',
    [
      'lib_contains_symbol: /etc/passwd does not contain expected string C_GetFunctionList',
      'provider /etc/passwd is not a PKCS11 library',
    ],
    [/^\/etc\/passwd is no PKCS#11 provider$/],
    [],
  ],
]

for (const [what, lines, problems, words] of table)
  test(`what ssh says of ${what}`, () => {
    const log = new SshLog()
    for (const line of lines) log.take(line)
    assert.equal(log.problems().length, problems.length, `${log.problems()}`)
    for (const [index, problem] of problems.entries()) assert.match(log.problems()[index] ?? '', problem)
    assert.deepEqual(log.words(), words)
  })
