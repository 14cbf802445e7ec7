// npm run bench -- editor: what Fleet Ops costs a window. Its activation beside that of VS Code's own extensions in the same window; and,
// for 250 servers of four workers, from the text to the upstream that the preview shows and to the rows of the view, beside what it takes
// the yaml library alone to parse that text.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { chromiumPath } from '../../scripts/vscode/browser.mjs'
import { installVSCode, missingForInstall } from '../../scripts/vscode/install.mjs'
import { checkFleet } from '../../src/fleet/check'
import { parseFleetDocument } from '../../src/fleet/document'
import { renderUpstream } from '../../src/nginx/render'
import { packExtension } from '../vscode/ui/packed-extension'
import { openWorkbench } from '../vscode/ui/workbench'

const windows = 3

interface Activation {
  readonly name: string
  readonly milliseconds: number
}

/** What "Show Running Extensions" says of a window that has just been opened on the demo fleet. */
async function activations(vsix: string): Promise<readonly Activation[]> {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-ops-bench-'))
  const folder = join(directory, 'demo-fleet')
  mkdirSync(folder)
  writeFileSync(join(folder, '.fleet-ops-demo'), '{}\n')
  const workbench = await openWorkbench({ vsix: [vsix], folder, viewport: { width: 1400, height: 2400 } })
  try {
    const { page } = workbench
    await page
      .locator('.pane-body .monaco-list-row[role=treeitem]', { hasText: 'core-3' })
      .first()
      .waitFor({ timeout: 120_000 })
    await workbench.command('Developer: Show Running Extensions')
    const rows = page.locator('.runtime-extensions-editor .monaco-list-row')
    await rows.filter({ hasText: 'Fleet Ops' }).first().waitFor()
    const said = await rows.evaluateAll(found =>
      found.map(row => [row.querySelector('.name')?.textContent ?? '', row.textContent ?? ''] as const),
    )
    return said.flatMap(([name, text]) => {
      const [, milliseconds] = /Activation[^:]*: (\d+)ms/.exec(text) ?? []
      return milliseconds === undefined ? [] : [{ name, milliseconds: Number(milliseconds) }]
    })
  } finally {
    await workbench.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

/** Milliseconds that something takes, once it is warm. */
function timed(work: () => unknown): number {
  const times = Array.from({ length: 40 }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
  return median(times.slice(10))
}

const fleetText = `name: big\nload_balancer: { server: s-0 }\nservers:\n${Array.from(
  { length: 250 },
  (_, index) => `  s-${index}:\n    host: 10.${index >> 8}.${index & 255}.1\n    cores: 4\n    workers: 4\n`,
).join('')}`

function showPreview(): void {
  const read = () => checkFleet(parseFleetDocument(fleetText)).fleet
  const fleet = read()
  if (!fleet) throw new Error('the fleet has errors')
  const rows = [
    ['yaml alone parses the text', timed(() => parse(fleetText))],
    ['from the text to the upstream', timed(() => renderUpstream(read() ?? fleet))],
    ['the upstream alone (DESIGN §11: 10 ms)', timed(() => renderUpstream(fleet))],
  ] as const
  const peer = rows[0][1]
  console.log('\nThe preview of 1,000 workers on 250 servers: median milliseconds, and how many times the first')
  for (const [what, milliseconds] of rows)
    console.log(`  ${what.padEnd(40)} ${milliseconds.toFixed(1).padStart(7)}  ${(milliseconds / peer).toFixed(2)} ×`)
}

async function showActivation(): Promise<void> {
  const missing = chromiumPath() ? missingForInstall() : 'there is no chromium (Debian: apt-get install chromium)'
  if (missing) {
    console.log(`\nActivation is not measured: ${missing}`)
    return
  }
  await installVSCode()
  execFileSync(process.execPath, ['scripts/build.mjs'])
  const vsix = packExtension()
  const seen: Activation[] = []
  for (let count = 0; count < windows; count++) seen.push(...(await activations(vsix)))
  const names = [...new Set(seen.map(({ name }) => name))]
  const rows = names
    .map(name => ({ name, milliseconds: median(seen.filter(one => one.name === name).map(one => one.milliseconds)) }))
    .toSorted((one, other) => one.milliseconds - other.milliseconds)
  const own = rows.find(({ name }) => name === 'Fleet Ops')?.milliseconds ?? 0
  console.log(
    `\nLoad and activate (DESIGN §11: 30 ms): median milliseconds of ${windows} windows, and how many times Fleet Ops'`,
  )
  for (const { name, milliseconds } of rows)
    console.log(`  ${name.padEnd(40)} ${milliseconds.toFixed(0).padStart(7)}  ${(milliseconds / own).toFixed(2)} ×`)
}

showPreview()
await showActivation()
