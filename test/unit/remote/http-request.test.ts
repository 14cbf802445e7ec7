import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { test } from 'node:test'
import { getOverChannel } from '../../../src/remote/http-request'

for (const [what, answer, words] of [
  ['nothing', '', 'it closed the connection without answering'],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-', 'it closed the connection without answering'],
  ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'it broke off in the middle of its answer'],
] as const)
  test(`a worker that answers ${what} is told as that`, async context => {
    const server = createServer(socket => {
      socket.on('error', () => {}).once('data', () => socket.end(answer))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    context.after(() => server.close())
    const channel = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
    await assert.rejects(getOverChannel(channel, '/health', new AbortController().signal), { message: words })
  })
