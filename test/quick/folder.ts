import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** An empty folder that is removed when the suite that asks for it, or else the file, has ended. Not for hooks. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-quick-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
