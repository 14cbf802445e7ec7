import { t } from '@vscode/l10n'
import { bodyOf } from './body-of'
import { failureOfBody, failureOfNetwork, failureOfRedirect, failureOfStatus } from './failures'
import { VoxbridgeError } from './voxbridge-error'

/** How long one answer may take: VoxBridge itself gives a server that long, and it is no slower. */
export const timeoutSeconds = 20
/** How much of what it says about an error is shown. */
const longestDetail = 200

/** A VoxBridge and the token that grants access to it. */
export interface VoxbridgeAccess {
  /** Its base URL, without a trailing slash. */
  readonly url: string
  /** A super-admin's bearer token. It goes to `url` and nowhere else. */
  readonly token: string
}

/** Gives the token when it is needed, or undefined if there is none. */
export type VoxbridgeToken = (url: string) => Promise<string | undefined>

/** VoxBridge with its token. Throws VoxbridgeError if there is none, or it cannot be one. */
export async function accessTo(url: string, token: VoxbridgeToken): Promise<VoxbridgeAccess> {
  const given = (await token(url))?.trim()
  if (!given)
    throw new VoxbridgeError(t('no token for VoxBridge was given'), {
      remedy: t('give it when the editor asks for it, or in FLEET_OPS_VOXBRIDGE_TOKEN on the command line'),
    })
  // A header holds no other characters (RFC 6750, 2.1), and fetch would repeat the token in its error.
  if (!/^[\x21-\x7e]+$/.test(given))
    throw new VoxbridgeError(t('the token for VoxBridge has characters that are not allowed, such as spaces'), {
      remedy: t('copy it again, and run "Fleet Ops: Forget VoxBridge Token" in the editor first'),
    })
  return { url, token: given }
}

/**
 * One request to VoxBridge's API, with the token, and its JSON. The certificate is always verified, and no redirect is followed.
 * Throws VoxbridgeError.
 */
export async function askVoxbridge(
  { url, token }: VoxbridgeAccess,
  { method, path, body }: { method: 'GET' | 'PUT'; path: string; body?: unknown },
  signal?: AbortSignal,
): Promise<unknown> {
  refuseUnverified(url)
  const where = t('VoxBridge at {0}', url)
  const request: RequestInit = {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      // A kept-alive connection may have died meanwhile, and a write is not sent twice.
      connection: 'close',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: withTimeout(signal),
  }
  const { status, location, text } = await fetch(`${url}${path}`, request)
    .then(async answer => ({
      status: answer.status,
      location: answer.headers.get('location') ?? undefined,
      text: await bodyOf(answer),
    }))
    .catch((error: unknown) => {
      signal?.throwIfAborted()
      throw failureOfNetwork(where, timeoutSeconds, error)
    })
  if (status >= 300 && status < 400) throw failureOfRedirect(where, status, originOf(location, url))
  if (status < 200 || status >= 400) throw failureOfStatus(where, status, detailOf(text ?? '', token))
  if (text === undefined) throw failureOfBody(t('{0} answers without an end', where))
  return parsed(text, where)
}

export const withTimeout = (signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), ...(signal ? [signal] : [])])

/** Node reads this variable at each connection, and would then send the token to any server that answers. */
function refuseUnverified(url: string): void {
  if (!url.startsWith('https://') || process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return
  throw new VoxbridgeError(
    t('NODE_TLS_REJECT_UNAUTHORIZED=0 disables certificate verification, so the token was not sent'),
    {
      remedy: t('unset that variable; NODE_EXTRA_CA_CERTS makes Node trust a certificate of your own'),
    },
  )
}

/** The target of a redirect, without its query, which may hold secrets. */
function originOf(location: string | undefined, url: string): string | undefined {
  if (!location || !URL.canParse(location, url)) return undefined
  const { origin, pathname } = new URL(location, url)
  return `${origin}${pathname}`
}

/** The `detail` of FastAPI's answer, or the beginning of the text, on one line. */
function detailOf(text: string, token: string): string {
  const said = (() => {
    try {
      const { detail } = JSON.parse(text) as { detail?: unknown }
      return typeof detail === 'string' ? detail : detail === undefined ? '' : JSON.stringify(detail)
    } catch {
      return text.trimStart().startsWith('<') ? '' : text
    }
  })()
  const line = said
    .replaceAll(token, t('(the token)'))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > longestDetail ? `${line.slice(0, longestDetail)}…` : line
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw failureOfBody(t('{0} answers, but not with JSON', where))
  }
}
