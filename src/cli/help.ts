import type { Operation } from '../plan/operation'
import { operations } from '../plan/operations'
import { adoptHelp } from './adopt-arguments'
import { usageOf } from './arguments'

const top = `fleet-ops: manage a fleet of call servers behind nginx from fleet.yaml

  fleet-ops validate FILE... [--json]               checks fleet.yaml for errors and likely mistakes
  fleet-ops render FILE                             prints the nginx upstream block
  fleet-ops status FILE [--json]                    shows shows servers, workers and calls, and what differs from fleet.yaml
  fleet-ops doctor FILE [--json]                    checks the connection to every server, and what is needed on it
  fleet-ops adopt HOST... [--output FILE]           writes a fleet.yaml from running servers, without changing them
  fleet-ops logs --server S --worker N [--lines N] [--follow] FILE
                                                    shows a worker's log from systemd's journal
  fleet-ops export ansible FILE [--output FOLDER]   writes an inventory and playbooks that reload and restart the same way
  fleet-ops plan OPERATION [OPTIONS] FILE [--json]  shows shows what an operation would do now; changes nothing
  fleet-ops run OPERATION [OPTIONS] FILE --yes      does it; asks first on a terminal unless --yes is given
                                 [--less-room]      also accept that new calls may be refused (--yes does not)

operations:
`

const bottom = `
exit codes:
  validate, render  0 no errors, 1 errors in the file, 2 usage
  status            0 matches the file, 1 something differs, 2 usage, 3 a server cannot be reached
  doctor            0 all checks passed, 1 a check failed, 2 usage, 3 a server cannot be reached
  export            0 written, 2 usage or errors in the file, 3 files edited by hand were kept
  adopt             0 written, 1 no workers found, 2 usage or several candidates, 3 a server cannot be reached
  logs              0 shown, 2 usage, 3 cannot be read, 130 ended (Ctrl-C)
  plan              0 planned, 2 usage, 3 refused
  run               0 done or nothing to do, 1 failed, 2 usage, 3 refused, 130 cancelled (Ctrl-C or SIGTERM)

Host keys are always verified. Secrets come from the environment: FLEET_OPS_SUDO_PASSWORD, FLEET_OPS_VOXBRIDGE_TOKEN.
Colours are off if standard output is not a terminal or NO_COLOR is set.
`

/** The text of `--help`, for everything or for one operation. */
export function helpText(about?: Operation | 'adopt'): string {
  if (about === 'adopt') return adoptHelp
  if (about) {
    const inputs = about.inputs.map(
      input => `  --${input.name.padEnd(8)} ${input.prompt()}${input.required ? '' : ' (optional)'}\n`,
    )
    return `${about.title().replace('…', '')}\n\n  ${usageOf('run', about)} --yes\n\n${inputs.join('')}`
  }
  const list = operations.map(operation => `  ${usageOf('run', operation).replace(/^fleet-ops run | FILE$/g, '')}\n`)
  return `${top}${list.join('')}${bottom}`
}
