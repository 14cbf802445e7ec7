import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real ssh-agent on a socket of its own. */
export interface Agent {
  readonly socket: string
  add(...keys: string[]): void
  /** Adds the keys of a PKCS#11 token; `askpass` is a program that says its PIN. */
  addToken(provider: string, askpass: string): void
  stop(): void
}

/** `providers` are the PKCS#11 libraries that it may load, as a pattern; `environment` is for them. */
export async function startAgent(
  socket: string,
  { providers, environment }: { readonly providers?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Agent> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket, ...(providers === undefined ? [] : ['-P', providers])], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  })
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries > 200) throw new Error('ssh-agent did not start')
    await sleep(10)
  }
  const env = { ...process.env, SSH_AUTH_SOCK: socket }
  return {
    socket,
    add: (...keys) => void execFileSync('ssh-add', ['-q', ...keys], { env, stdio: 'pipe' }),
    addToken: (provider, askpass) =>
      void execFileSync('ssh-add', ['-q', '-s', provider], {
        env: { ...env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
        stdio: 'pipe',
      }),
    stop: () => void agent.kill(),
  }
}
