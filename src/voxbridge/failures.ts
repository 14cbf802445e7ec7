import { t } from '@vscode/l10n'
import { VoxbridgeError } from './voxbridge-error'

const newToken = () =>
  t(
    'give a super-admin\'s token: "Fleet Ops: Forget VoxBridge Token" in the editor, which then asks for it, and FLEET_OPS_VOXBRIDGE_TOKEN on the command line',
  )
const rightUrl = () => t('correct voxbridge.url in fleet.yaml: it is the part of the URL before /api/v1')
const later = () => t('check VoxBridge and its log, then run this again')

/** What an answer other than 2xx means, given who sent it and what it was, and what to do about it. */
interface Meaning {
  readonly says: (where: string, answer: string) => string
  readonly remedy: () => string
}

/** By the status (RFC 9110, 15). */
const byStatus: Readonly<Record<number, Meaning>> = {
  401: {
    says: (where, answer) => t('{0} does not accept the token: it is wrong, or has expired ({1})', where, answer),
    remedy: newToken,
  },
  403: {
    says: (where, answer) => t("{0} accepts the token, but it is not a super-admin's ({1})", where, answer),
    remedy: newToken,
  },
  404: { says: (where, answer) => t('{0} has no such page ({1})', where, answer), remedy: rightUrl },
  405: { says: (where, answer) => t('{0} does not accept this request ({1})', where, answer), remedy: rightUrl },
  422: {
    says: (where, answer) => t('{0} refuses the list of URLs ({1})', where, answer),
    remedy: () => t('correct that url or public_url in fleet.yaml'),
  },
  429: {
    says: (where, answer) => t('{0} asks for fewer requests ({1})', where, answer),
    remedy: () => t('wait a minute, then run this again'),
  },
}
const failed: Meaning = { says: (where, answer) => t('{0} has failed ({1})', where, answer), remedy: later }
const refused: Meaning = { says: (where, answer) => t('{0} refuses the request ({1})', where, answer), remedy: later }

/** An unwanted answer. `detail` is what VoxBridge says about it, short and without the token. */
export function failureOfStatus(where: string, status: number, detail: string): VoxbridgeError {
  const { says, remedy } = byStatus[status] ?? (status >= 500 ? failed : refused)
  return new VoxbridgeError(says(where, detail ? `${status}: ${detail}` : String(status)), { remedy: remedy() })
}

/** A redirect is never followed: the token must not go to a place that the operator has not named. */
export function failureOfRedirect(where: string, status: number, target: string | undefined): VoxbridgeError {
  return new VoxbridgeError(
    target
      ? t('{0} redirects to {1} ({2}), and the token is not sent there', where, target, status)
      : t('{0} redirects ({1}), and the token is not sent there', where, status),
    { remedy: t('set voxbridge.url in fleet.yaml to where VoxBridge itself answers') },
  )
}

/** An answer whose body is not what VoxBridge sends; `what` is a whole sentence about it. */
export const failureOfBody = (what: string): VoxbridgeError =>
  new VoxbridgeError(t('{0}, so it is not VoxBridge, or a different version of it', what), { remedy: rightUrl() })

type Reason = () => readonly [says: string, remedy: string]

const network = () => t("check this machine's network, and any VPN that it needs")

/** What Node's error codes mean (nodejs.org, "Common system errors" and "X509 certificate error codes"). */
const byCode: Readonly<Record<string, Reason>> = {
  ENOTFOUND: () => [t('its name is not known'), rightUrl()],
  EAI_AGAIN: () => [t('its name could not be resolved'), t("check this machine's network, then run this again")],
  ECONNREFUSED: () => [t('nothing listens there'), later()],
  ECONNRESET: () => [t('it closed the connection'), later()],
  EHOSTUNREACH: () => [t('no route to host'), network()],
  ENETUNREACH: () => [t('no route to host'), network()],
  ETIMEDOUT: () => [t('it does not answer'), later()],
  UND_ERR_CONNECT_TIMEOUT: () => [t('it does not answer'), later()],
  UND_ERR_SOCKET: () => [t('it closed the connection'), later()],
  CERT_HAS_EXPIRED: () => [t('its certificate has expired'), t("renew VoxBridge's certificate")],
  ERR_TLS_CERT_ALTNAME_INVALID: () => [t('its certificate is for another name'), rightUrl()],
  ERR_SSL_WRONG_VERSION_NUMBER: () => [t('it does not speak TLS'), t('use http:// if it really has no certificate')],
}
const untrusted: Reason = () => [
  t('its certificate is not from an authority that this machine trusts'),
  t('make this machine trust its issuer: set NODE_EXTRA_CA_CERTS to a file of certificates for Node'),
]
const untrustedCodes = /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY|GET)|^CERT_(UNTRUSTED|SIGNATURE|REJECTED)/

/** A request that got no answer. */
export function failureOfNetwork(where: string, seconds: number, error: unknown): VoxbridgeError {
  const [says, remedy] = whyNoAnswer(seconds, error)
  return new VoxbridgeError(t('{0} cannot be reached: {1}', where, says), { remedy, cause: error })
}

/** Why a request got no answer, as the middle of a sentence, and what to do about it. */
export function whyNoAnswer(seconds: number, error: unknown): readonly [says: string, remedy: string] {
  if ((error as Error).name === 'TimeoutError') return [t('no answer within {0} s', seconds), later()]
  const code = codeOf(error) ?? ''
  const known = untrustedCodes.test(code) ? untrusted : byCode[code]
  return known?.() ?? [code || t('the connection failed'), later()]
}

/** fetch wraps the cause in a TypeError, and failures of several addresses in an AggregateError. */
function codeOf(error: unknown): string | undefined {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] }
  if (typeof code === 'string') return code
  const inner = cause ?? errors?.[0]
  return inner === undefined ? undefined : codeOf(inner)
}
