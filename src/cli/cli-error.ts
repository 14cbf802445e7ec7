import { type ExitCode, exitCode } from './exit-code'

/** The command line cannot do what was asked: why, what to do instead, and the exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly remedy: string | undefined
  readonly exitCode: ExitCode
  constructor(message: string, options: { remedy?: string; exitCode?: ExitCode } = {}) {
    super(message)
    this.remedy = options.remedy
    this.exitCode = options.exitCode ?? exitCode.usage
  }
}
