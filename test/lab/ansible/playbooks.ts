import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fleetOps } from '../fixture/command-line'
import type { Operator } from '../fixture/session'

export interface Played {
  readonly code: number | null
  readonly said: string
}

/** A playbook at work. */
export interface Playing {
  /** Resolves once it has said something like this. Throws if it ends without. */
  says(pattern: RegExp): Promise<void>
  readonly ended: Promise<Played>
}

/** The real ansible-playbook, in the folder of an export. */
export interface Playbooks {
  start(...args: readonly string[]): Playing
  play(...args: readonly string[]): Promise<Played>
}

/** Exports an operator's fleet. */
export async function playbooksOf(operator: Operator): Promise<Playbooks> {
  const folder = join(dirname(operator.path), 'ansible')
  const exported = fleetOps('export', 'ansible', operator.path, '--output', folder)
  assert.equal(await exported.ended, 0, exported.said())
  const start = (...args: readonly string[]) => startPlaybook(folder, args)
  return { start, play: (...args) => start(...args).ended }
}

function startPlaybook(cwd: string, args: readonly string[]): Playing {
  const child = spawn('ansible-playbook', args, {
    cwd,
    env: { ...process.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_FORCE_COLOR: '0', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (data: string) => {
      said += data
      for (const listener of heard) listener()
    })
  const ended = new Promise<Played>((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code, said }))
  })
  return {
    ended,
    says: pattern =>
      new Promise((done, fail) => {
        const listener = () => {
          if (!pattern.test(said)) return
          heard.delete(listener)
          done()
        }
        heard.add(listener)
        listener()
        void ended.then(({ code }) => fail(new Error(`ended with ${code} and did not say ${pattern}:\n${said}`)))
      }),
  }
}
