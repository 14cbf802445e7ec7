import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '../../../src/fleet/fleet'
import type { ClientChoice } from '../../../src/remote/client-choice'
import { type Prompts, RemoteError } from '../../../src/remote/connection'
import { createConnections } from '../../../src/remote/connections'
import type { SshAbilities } from '../../../src/remote/openssh/ssh-abilities'
import { programPath } from '../../quick/server-process'
import { environment as nobodys } from './one-server'

export interface LoginWishes {
  readonly client?: ClientChoice
  readonly abilities?: SshAbilities
  readonly answers?: readonly string[]
  readonly trust?: boolean
  readonly environment?: NodeJS.ProcessEnv
}

/** Logs in once, and says what was asked. */
export async function logIn(
  machine: Machine,
  { client = 'auto', abilities, answers = [], trust = false, environment = {} }: LoginWishes = {},
): Promise<string[]> {
  const asked: string[] = []
  const prompts: Prompts = {
    trustHostKey: async ({ host, fingerprint }) => {
      asked.push(`${host} ${fingerprint}`)
      return trust
    },
    secret: async ({ reason }) => answers[asked.push(reason) - 1],
  }
  const connections = createConnections({
    prompts,
    environment: { ...nobodys, ...environment },
    client: () => client,
    ...(abilities ? { abilities } : {}),
  })
  try {
    const connection = await connections.to(machine)
    assert.equal((await connection.run('journal', ['x', 'y'])).exitCode, 64)
  } finally {
    await connections.dispose()
  }
  return asked
}

/** Logs in, to which nobody is let in, and says why. */
export async function refusedLogin(phase: string, ...login: Parameters<typeof logIn>): Promise<RemoteError> {
  const error = await logIn(...login).then(
    () => new Error('it was let in'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof RemoteError, String(error))
  assert.equal(error.phase, phase, error.message)
  return error
}

/** The environment in which ssh has this configuration, and no other. */
export function configuredSsh(folder: string, lines: string): NodeJS.ProcessEnv {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'bin/ssh'), `#!/bin/sh\nexec ${programPath('ssh')} -F ${folder}/config "$@"\n`, {
    mode: 0o755,
  })
  writeFileSync(join(folder, 'config'), `${lines}\n`)
  return { PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
}
