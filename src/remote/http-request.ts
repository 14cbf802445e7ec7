import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { t } from '@vscode/l10n'
import type { HttpResponse } from './connection'

const mostBody = 64 * 1024

/** One GET over a channel of its own. Rejects with what went wrong, as part of a sentence. */
export function getOverChannel(channel: Duplex, path: string, signal: AbortSignal): Promise<HttpResponse> {
  return new Promise((done, fail) => {
    const asked = request(
      {
        method: 'GET',
        path,
        headers: { host: 'localhost', accept: 'application/json', connection: 'close' },
        createConnection: () => channel,
        signal,
      },
      response => {
        const parts: Buffer[] = []
        let length = 0
        const finish = () => {
          done({ status: response.statusCode ?? 0, body: Buffer.concat(parts).subarray(0, mostBody).toString('utf8') })
          channel.destroy()
        }
        response
          .on('data', (part: Buffer) => {
            parts.push(part)
            length += part.length
            if (length > mostBody) finish()
          })
          .on('end', finish)
          // Only one that is cut fails here.
          .on('error', error => fail(new Error(t('it broke off in the middle of its answer'), { cause: error })))
      },
    )
    asked.on('error', (error: Error & { code?: string }) => fail(new Error(wordsOf(error), { cause: error }))).end()
  })
}

function wordsOf({ code, message }: Error & { code?: string }): string {
  if (code === 'ECONNRESET') return t('it closed the connection without answering')
  if (code?.startsWith('HPE_')) return t('its answer is not HTTP ({0})', message)
  return message
}
