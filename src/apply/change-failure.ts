import type { ScriptResult } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { ApplyError } from './apply-error'

interface Meaning {
  readonly message: (said: ScriptResult) => string
  readonly remedy: string
}

/** What the exit codes of changing scripts mean (src/remote/scripts/README.md), and what to do about each. */
const meanings: Readonly<Record<number, Meaning>> = {
  [scriptExit.wrongArguments]: {
    message: said => `the script does not take its arguments: ${firstLine(said)}`,
    remedy: 'look at the names in fleet.yaml',
  },
  [scriptExit.notAsNeeded]: { message: said => firstLine(said), remedy: 'put that right on the server' },
  [scriptExit.failedAndPutBack]: {
    message: said => `${firstLine(said)} What was found is there again`,
    remedy: 'mend what the server says',
  },
  [scriptExit.failedAndLeft]: {
    message: said => `${firstLine(said)} It is not as it was found`,
    remedy: 'look at the server before anything else',
  },
  [scriptExit.lockLost]: {
    message: said => `${firstLine(said)} Nothing was done`,
    remedy: 'see who else changes this fleet: fleet-ops status',
  },
  [scriptExit.fileChanged]: {
    message: said => `${firstLine(said)} Nothing was written`,
    remedy: 'look at what somebody else has changed there',
  },
  [scriptExit.nginxRefused]: {
    message: said => `nginx refuses the configuration and goes on with the old one: ${nginxWords(said)}`,
    remedy: 'mend what nginx says',
  },
}

/** A changing script's end other than 0, in words. */
export function changeFailure(machine: string, said: ScriptResult): ApplyError {
  const meaning = meanings[said.exitCode]
  const message = meaning?.message(said) ?? `the script ended with ${said.exitCode}: ${firstLine(said)}`
  return new ApplyError(machine, `${machine}: ${message}`, { remedy: meaning?.remedy, exitCode: said.exitCode })
}

/** Scripts say why they fail in one line on standard error. */
function firstLine({ stderr, stdout }: ScriptResult): string {
  const [line] = [stderr, stdout].flatMap(text => text.split('\n')).filter(text => text.trim() !== '')
  return line?.trim() ?? 'it said nothing.'
}

/** Of what `nginx -t` prints, what is wrong, without nginx's own prefix: `nginx: [emerg] unknown directive "x" in FILE:1`. */
function nginxWords(said: ScriptResult): string {
  const wrong = Array.from(
    said.stdout.matchAll(/\[(?:emerg|alert|crit|error)\] (?:\d+#\d+: )?(.*)/g),
    match => match[1],
  )
  return wrong.join('; ') || firstLine(said)
}
