import { t } from '@vscode/l10n'
import type { ScriptResult } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { ApplyError } from './apply-error'

interface Meaning {
  readonly message: (said: ScriptResult) => string
  readonly remedy: () => string
}

/** What the exit codes of changing scripts mean (src/remote/scripts/README.md), and what to do about each. */
const meanings: Readonly<Record<number, Meaning>> = {
  [scriptExit.wrongArguments]: {
    message: said => t('the script rejected its arguments: {0}', firstLine(said)),
    remedy: () => t('check the names in fleet.yaml'),
  },
  [scriptExit.notAsNeeded]: { message: said => firstLine(said), remedy: () => t('fix that on the server') },
  [scriptExit.failedAndPutBack]: {
    message: said => t('{0} The previous state was restored', firstLine(said)),
    remedy: () => t('fix the problem the server reports'),
  },
  [scriptExit.failedAndLeft]: {
    message: said => t('{0} The previous state was not restored', firstLine(said)),
    remedy: () => t('inspect the server before doing anything else'),
  },
  [scriptExit.lockLost]: {
    message: said => t('{0} Nothing was done', firstLine(said)),
    remedy: () => t('find out who else is changing this fleet: fleet-ops status'),
  },
  [scriptExit.fileChanged]: {
    message: said => t('{0} Nothing was written', firstLine(said)),
    remedy: () => t('check what was changed there'),
  },
  [scriptExit.nginxRefused]: {
    message: said => t('nginx rejected the configuration and keeps the old one: {0}', nginxWords(said)),
    remedy: () => t('fix the error nginx reports'),
  },
}

/** A changing script's exit code other than 0, in words. */
export function changeFailure(machine: string, said: ScriptResult): ApplyError {
  const meaning = meanings[said.exitCode]
  const message = meaning?.message(said) ?? t('the script exited with {0}: {1}', said.exitCode, firstLine(said))
  return new ApplyError(machine, `${machine}: ${message}`, { remedy: meaning?.remedy(), exitCode: said.exitCode })
}

/** Scripts say why they failed in one line on standard error. */
function firstLine({ stderr, stdout }: ScriptResult): string {
  const [line] = [stderr, stdout].flatMap(text => text.split('\n')).filter(text => text.trim() !== '')
  return line?.trim() ?? t('it said nothing.')
}

/** The error in what `nginx -t` prints, without nginx's own prefix: `nginx: [emerg] unknown directive "x" in FILE:1`. */
function nginxWords(said: ScriptResult): string {
  const wrong = Array.from(
    said.stdout.matchAll(/\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?(.*)/g),
    match => match[1],
  )
  return wrong.join('; ') || firstLine(said)
}
