import type { Connections } from '../remote/connection'
import { createConnections } from '../remote/connections'
import type { Console } from './console'
import { terminalPrompts } from './prompts'

/** Gives work its connections, and closes them when it has ended, however it did. */
export async function withConnections<Result>(
  console: Console,
  work: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const connections = createConnections({ prompts: terminalPrompts(console) })
  try {
    return await work(connections)
  } finally {
    await connections.dispose()
  }
}
