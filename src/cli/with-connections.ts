import type { Connections } from '../remote/connection'
import { createConnections } from '../remote/connections'
import type { Console } from './console'
import { terminalPrompts } from './prompts'

/** Runs work with its connections, and closes them when it ends or fails. */
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
