import type { Operation } from '../plan/operation'
import { operations } from '../plan/operations'
import { adoptHelp } from './adopt-arguments'
import { usageOf } from './arguments'

const top = `fleet-ops: a fleet of call servers behind nginx, as fleet.yaml says it should be

  fleet-ops validate FILE... [--json]               what is wrong or unwise in fleet.yaml
  fleet-ops render FILE                             the nginx upstream block, on standard output
  fleet-ops status FILE [--json]                    servers, workers and calls, and what differs from fleet.yaml
  fleet-ops doctor FILE [--json]                    checks the way to every server, and what is needed on it
  fleet-ops adopt HOST... [--output FILE]           writes a fleet.yaml from servers that run already; changes none
  fleet-ops logs --server S --worker N [--lines N] [--follow] FILE
                                                    what a worker has said, by systemd's journal
  fleet-ops export ansible FILE [--output FOLDER]   an inventory and playbooks that reload and restart in the same way
  fleet-ops plan OPERATION [OPTIONS] FILE [--json]  what an operation would do now; changes nothing
  fleet-ops run OPERATION [OPTIONS] FILE --yes      does it; without --yes it asks, where somebody can answer
                                 [--less-room]      also when new calls may be refused meanwhile, for which --yes is not enough

operations:
`

const bottom = `
exit codes:
  validate, render  0 no errors, 1 errors in the file, 2 usage
  status            0 as the file says, 1 something differs, 2 usage, 3 a server cannot be reached
  doctor            0 all is well, 1 something failed, 2 usage, 3 a server cannot be reached
  export            0 written, 2 usage or errors in the file, 3 files that were edited by hand are kept
  adopt             0 written, 1 no workers found, 2 usage or several to choose from, 3 a server cannot be reached
  logs              0 shown, 2 usage, 3 it cannot be read, 130 ended (Ctrl-C)
  plan              0 planned, 2 usage, 3 refused
  run               0 done or nothing to do, 1 failed, 2 usage, 3 refused, 130 cancelled (Ctrl-C or SIGTERM)

Host keys are always verified. Secrets come from the environment: FLEET_OPS_SUDO_PASSWORD, FLEET_OPS_VOXBRIDGE_TOKEN.
Colours are off where standard output is no terminal, or NO_COLOR is set.
`

/** The text of `--help`, of everything or of one operation. */
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
