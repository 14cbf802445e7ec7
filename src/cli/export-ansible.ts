import { loadFleet } from '../apply/session'
import { upstreamBlock } from '../apply/upstream-block'
import { exportAnsible } from '../export/ansible'
import { writeExport } from '../export/write-export'
import { listOf } from '../fleet/words'
import { shellWord } from '../plan/shell-word'
import { span } from '../plan/styled-text'
import type { Command } from './arguments'
import { CliError } from './cli-error'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { readOwnFleetFile } from './fleet-file'

/** Exports a fleet as an Ansible inventory and playbooks. 3, and nothing written, if that would overwrite manual edits. */
export async function exportToAnsible(
  { file, output, force }: Extract<Command, { name: 'export' }>,
  console: Console,
): Promise<ExitCode> {
  const { fleet } = loadFleet(file, await readOwnFleetFile(file))
  const files = exportAnsible(fleet, await upstreamBlock(fleet, file))
  const edited = await writeExport(output, files, { force })
  if (edited.length > 0)
    throw new CliError(
      `${listOf(edited)} in ${output} ${edited.length === 1 ? 'was' : 'were'} edited by hand: nothing was written`,
      {
        remedy: 'choose another folder with --output, or discard those edits with --force',
        exitCode: exitCode.refused,
      },
    )
  console.note([
    [
      span('done', `Wrote ${files.length} files to ${output}. `),
      span('plain', `cd ${shellWord(output)} && ansible-playbook reload.yml --check --diff`),
    ],
  ])
  return exitCode.done
}
