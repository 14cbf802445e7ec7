import { t } from '@vscode/l10n'
import { type ScriptName, scriptExit } from '../remote/scripts'
import { Cancelled } from './apply-error'
import { changeFailure } from './change-failure'
import type { StepContext } from './step-context'

/** What a changing script prints at the end of its output. */
export interface Changed {
  readonly result: 'done' | 'already'
  /** Such as `pid` or `sha256`. */
  readonly values: ReadonlyMap<string, string>
}

/** What `nginx -t` prints when all is well: two lines at each reload, among which a warning would go unnoticed. */
const nothingNew = /^nginx: (the configuration file .* syntax is ok|configuration file .* test is successful)$/
const valueLine = /^(result|sha256|before_pid|pid)=(.*)$/

/**
 * Runs a script that changes something on a machine, under this run's token: `SCRIPT FLEET TOKEN ARG…`. Its output is reported
 * as it arrives. Waits until `signal` aborts, by default shortly after a cancel. Throws ApplyError, in words, for each exit code
 * except 0; RemoteError if the machine cannot be asked; Cancelled if the end of the script was not waited for.
 */
export async function runChange(
  context: StepContext,
  machine: string,
  script: ScriptName,
  args: readonly string[],
  {
    timeoutMilliseconds,
    signal = context.limits.change,
  }: { readonly timeoutMilliseconds: number; readonly signal?: AbortSignal },
): Promise<Changed> {
  const connection = await context.to(machine, signal)
  const values = new Map<string, string>()
  const running = connection.run(script, [context.fleet.name, context.token, ...args], {
    timeoutMilliseconds,
    signal,
    privileged: true,
    onLine: line => {
      const [, key, value] = valueLine.exec(line) ?? []
      if (key !== undefined && value !== undefined) values.set(key, value)
      else if (!nothingNew.test(line)) context.say(machine, line)
    },
  })
  const said = await running.catch((error: unknown) => {
    throw signal.aborted
      ? new Cancelled(t('it is not known whether that was done: {0} did not answer', machine))
      : error
  })
  if (said.exitCode !== scriptExit.done) throw changeFailure(machine, said)
  return { result: values.get('result') === 'already' ? 'already' : 'done', values }
}
