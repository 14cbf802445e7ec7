import * as vscode from 'vscode'
import type { EndedRun } from '../../../../src/editor/runs/runs'
import type { Session } from '../../../../src/editor/session'
import type { OperationArguments } from '../../../../src/plan/operation'
import type { OperationCall } from '../../../../src/plan/operation-call'
import { workspaceFile } from '../extension-under-test'

/** Runs a command on the demo fleet as a row of the view does, and waits for the end of its run. */
export async function runToItsEnd(
  { runs }: Session,
  command: string,
  given: OperationArguments = {},
  mend?: OperationCall,
): Promise<EndedRun> {
  const ended = new Promise<EndedRun>(resolve => {
    const listening = runs.onDidEnd(run => {
      listening.dispose()
      resolve(run)
    })
  })
  await vscode.commands.executeCommand(command, { file: workspaceFile('fleet.yaml'), given, mend })
  return ended
}
