import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real ssh-agent on a socket of its own. */
export interface Agent {
  readonly socket: string
  add(...keys: string[]): void
  stop(): void
}

export async function startAgent(socket: string): Promise<Agent> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 200) throw new Error('ssh-agent did not start')
    await sleep(10)
  }
  const env = { ...process.env, SSH_AUTH_SOCK: socket }
  return {
    socket,
    add: (...keys) => void execFileSync('ssh-add', ['-q', ...keys], { env, stdio: 'pipe' }),
    stop: () => void agent.kill(),
  }
}
