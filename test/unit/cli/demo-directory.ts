import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { type DemoFleet, startDemoFleet } from '../../../src/demo/demo-fleet'

/** The demo's simulated servers, for the tests of one file, which share them. */
export interface DemoDirectory {
  readonly directory: string
  /** Its fleet.yaml. */
  readonly file: string
  /** Ends the servers before their time. */
  stop(): Promise<void>
}

/** Starts the demo in a folder of its own before the tests of the file that calls this, and ends it after them. */
export function demoDirectory(): DemoDirectory {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-cli-'))
  let demo: DemoFleet | undefined
  before(async () => {
    demo = await startDemoFleet({ directory, seed: 1 })
  })
  async function stop(): Promise<void> {
    await demo?.dispose()
    demo = undefined
  }
  after(async () => {
    await stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return { directory, file: join(directory, 'fleet.yaml'), stop }
}
