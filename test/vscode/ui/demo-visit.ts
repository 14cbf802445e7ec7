import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packExtension } from './packed-extension'
import { Screen } from './screen'
import { openWorkbench, type Workbench } from './workbench'

/** The demo fleet as its visitor meets it: the packaged extension, the mouse and the keyboard, nothing else. */
export interface DemoVisit {
  /** The folder that is open. */
  readonly folder: string
  readonly workbench: Workbench
  readonly screen: Screen
}

/** Opens the demo fleet in a VS Code of its own for the tests of a file. Answers how such a test is written: see(picture, what, act). */
export function visitDemo(): (picture: string, what: string, act: (visit: DemoVisit) => Promise<void>) => void {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-ui-'))
  const folder = join(directory, 'demo-fleet')
  let workbench: Workbench

  before(async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, '.fleet-ops-demo'), '{}\n')
    workbench = await openWorkbench({
      vsix: [packExtension()],
      folder,
      settings: { 'workbench.colorTheme': 'Default Dark Modern', 'files.autoSave': 'off' },
      viewport: { width: 1500, height: 950 },
    })
  })

  after(async () => {
    await workbench?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** A test that leaves a picture of what was to be seen, above all if it failed. */
  return (picture, what, act) => {
    test(what, async () => {
      try {
        await act({ folder, workbench, screen: new Screen(workbench.page) })
        await workbench.screenshot(picture)
      } catch (error) {
        await workbench.screenshot(`${picture}-failed`)
        throw error
      }
    })
  }
}
