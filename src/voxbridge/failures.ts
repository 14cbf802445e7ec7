import { VoxbridgeError } from './voxbridge-error'

const newToken =
  'give a super-admin\'s token: "Fleet Ops: Forget VoxBridge Token" in the editor, which then asks for it, and FLEET_OPS_VOXBRIDGE_TOKEN on the command line'
const rightUrl = 'correct voxbridge.url in fleet.yaml: it is what stands before /api/v1'
const later = 'look at VoxBridge and its log, then run this again'

/** What answers other than 2xx mean (RFC 9110, 15), and what to do about each. */
const byStatus: Readonly<Record<number, { readonly says: string; readonly remedy: string }>> = {
  401: { says: 'does not accept the token: it is wrong, or has expired', remedy: newToken },
  403: { says: "accepts the token, but it is no super-admin's", remedy: newToken },
  404: { says: 'has no such page', remedy: rightUrl },
  405: { says: 'does not take this request', remedy: rightUrl },
  422: { says: 'refuses the list of URLs', remedy: 'correct the url and public_url that it is about in fleet.yaml' },
  429: { says: 'asks for fewer requests', remedy: 'wait a minute, then run this again' },
}

/** An answer that is not the wished one. `detail` is what VoxBridge says of it, short and without the token. */
export function failureOfStatus(where: string, status: number, detail: string): VoxbridgeError {
  const { says, remedy } =
    byStatus[status] ??
    (status >= 500 ? { says: 'has failed', remedy: later } : { says: 'refuses the request', remedy: later })
  return new VoxbridgeError(`${where} ${says} (${status}${detail ? `: ${detail}` : ''})`, { remedy })
}

/** A redirect is never followed: the token must not go where nobody has said it may. */
export function failureOfRedirect(where: string, status: number, target: string | undefined): VoxbridgeError {
  return new VoxbridgeError(
    `${where} redirects${target ? ` to ${target}` : ''} (${status}), and the token is not sent there`,
    { remedy: 'set voxbridge.url in fleet.yaml to where VoxBridge itself answers' },
  )
}

export const failureOfBody = (where: string, what: string): VoxbridgeError =>
  new VoxbridgeError(`${where} ${what}, so it is not VoxBridge, or another version of it`, { remedy: rightUrl })

/** What Node's error codes mean (nodejs.org, "Common system errors" and "X509 certificate error codes"). */
const byCode: Readonly<Record<string, readonly [says: string, remedy: string]>> = {
  ENOTFOUND: ['its name is not known', rightUrl],
  EAI_AGAIN: ['its name could not be looked up', 'look at the network of this machine, then run this again'],
  ECONNREFUSED: ['nothing listens there', later],
  ECONNRESET: ['it closed the connection', later],
  EHOSTUNREACH: ['there is no way to it', 'look at the network of this machine, and at a VPN that it may need'],
  ENETUNREACH: ['there is no way to it', 'look at the network of this machine, and at a VPN that it may need'],
  ETIMEDOUT: ['it does not answer', later],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer', later],
  UND_ERR_SOCKET: ['it closed the connection', later],
  CERT_HAS_EXPIRED: ['its certificate has expired', "renew VoxBridge's certificate"],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', rightUrl],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'use http:// if it really has no certificate'],
}
const untrusted: readonly [string, string] = [
  'its certificate is from nobody that this machine trusts',
  'let this machine trust who signed it: NODE_EXTRA_CA_CERTS names a file of certificates for Node',
]
const untrustedCodes = /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY|GET)|^CERT_(UNTRUSTED|SIGNATURE|REJECTED)/

/** A request that got no answer. */
export function failureOfNetwork(where: string, seconds: number, error: unknown): VoxbridgeError {
  const [says, remedy] = whyNoAnswer(seconds, error)
  return new VoxbridgeError(`${where} cannot be reached: ${says}`, { remedy, cause: error })
}

/** Why a request got no answer, as a sentence's middle, and what to do about it. */
export function whyNoAnswer(seconds: number, error: unknown): readonly [says: string, remedy: string] {
  if ((error as Error).name === 'TimeoutError') return [`no answer within ${seconds} s`, later]
  const code = codeOf(error) ?? ''
  return (untrustedCodes.test(code) ? untrusted : byCode[code]) ?? [code || 'the connection failed', later]
}

/** fetch wraps what went wrong in a TypeError, and several addresses that were tried in an AggregateError. */
function codeOf(error: unknown): string | undefined {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] }
  if (typeof code === 'string') return code
  const inner = cause ?? errors?.[0]
  return inner === undefined ? undefined : codeOf(inner)
}
