import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'

/** What a run of the command line ended with. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly ended: Promise<Ended>
  /** Resolves when standard output has said this. */
  said(text: string | RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** The command line, bundled as the product is and run as a process of its own, without a terminal. */
export class CommandLine {
  readonly #folder = resolve('out/command-line', String(process.pid))

  constructor() {
    const script = `import { buildProduct } from './esbuild.mjs'
      await buildProduct({ only: ['cli', 'template-worker', 'unlock-key-worker', 'askpass-helper'], outdir: process.argv[1] })`
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, this.#folder])
    if (status !== 0) throw new Error(String(stderr))
  }

  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [resolve(this.#folder, 'cli.js'), ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        XDG_STATE_HOME: resolve(this.#folder, 'state'),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    return {
      ended: new Promise(done => child.once('close', code => done({ code, stdout, stderr }))),
      said: text =>
        new Promise((done, fail) => {
          const look = () => (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) && done()
          child.stdout.on('data', look)
          child.once('close', () => fail(new Error(`it never said ${text}:\n${stdout}\n${stderr}`)))
          look()
        }),
      kill: signal => child.kill(signal),
    }
  }

  /**
   * Runs it at a terminal (script(1)) where somebody types each answer once its question has been asked. Standard output is all that
   * the terminal shows.
   */
  async atTerminal(args: readonly string[], answers: readonly (readonly [question: RegExp, typed: string])[]) {
    const command = [process.execPath, resolve(this.#folder, 'cli.js'), ...args].map(word => `'${word}'`).join(' ')
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'dumb' },
    })
    const left = [...answers]
    let stdout = ''
    let seen = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const [question, typed] = left[0] ?? []
      if (!question?.test(stdout.slice(seen))) return
      seen = stdout.length
      left.shift()
      child.stdin.write(`${typed}\r`)
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, stdout, unasked: left.length }
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
