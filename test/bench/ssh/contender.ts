import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { scriptText } from '../../../src/remote/scripts'
import { sockets, workersEach } from './servers'

/** One of those who are asked for the status of every server. */
export interface Contender {
  readonly name: string
  /** Asks once, and throws if the answer is not whole. Opens the connections that are not open. */
  status(): Promise<void>
  /** Closes its connections. */
  cool(): Promise<void>
}

/** What the probe script is given. */
export const probeArguments = [
  'voxcore@',
  '1,2,3,4',
  '/nowhere/.env',
  'MAX_CONCURRENT_CALLS',
  'VOXCORE_WORKERS',
  'bench',
  'VOXCORE_PORT',
]

/** What the others run on a server, in one go: curl for the workers, and our probe, which ends the shell. */
export const statusScript = (folder: string): string =>
  [
    ...sockets(folder).map(
      socket => `curl -fsS --unix-socket ${socket} http://localhost/health </dev/null || exit 1; echo`,
    ),
    scriptText('probe'),
  ].join('\n')

/** Throws unless so many servers have said how their workers are. */
export function expectWorkers(said: string, servers: number): void {
  if (said.match(/worker_calls/g)?.length !== workersEach * servers)
    throw new Error(`Not every worker answered:\n${said.slice(0, 2000)}`)
}

/** Runs a program to its end, and answers what it said. Throws if it fails. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', environment = {} }: { input?: string; environment?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', ...environment }
  const child = spawn(program, args, { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said.slice(-2000)}`)
  return said
}
