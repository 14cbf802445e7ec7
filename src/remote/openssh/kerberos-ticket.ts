import { execFile } from 'node:child_process'
import { inSessionOfItsOwn } from './start-ssh'

/** Where tickets are kept may not answer, as a service of its own; in milliseconds. */
const answerTimeout = 3_000

/**
 * Whether the user has a Kerberos ticket that is still good. `klist -s` knows wherever they are kept (klist(1)); that of Windows does
 * not say it. False where there is no klist. Never throws.
 */
export function hasTicket(environment: NodeJS.ProcessEnv): Promise<boolean> {
  if (process.platform === 'win32') return Promise.resolve(false)
  return new Promise(done => {
    const options = { env: environment, timeout: answerTimeout, killSignal: 'SIGKILL', ...inSessionOfItsOwn } as const
    execFile('klist', ['-s'], options, error => done(error === null))
  })
}
