import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { exportAnsible } from '../../../src/export/ansible'
import { upstreamTemplate } from '../../../src/export/ansible/upstream-template'
import { writeExport } from '../../../src/export/write-export'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { renderUpstream } from '../../../src/nginx/render'

function fleetOf(name: string) {
  const { fleet } = checkFleet(
    parseFleetDocument(readFileSync(`test/unit/fleet/fixtures/good/${name}.fleet.yaml`, 'utf8')),
  )
  assert.ok(fleet)
  return fleet
}

/** What differs between fleets, as golden files; they are written anew with UPDATE_GOLDEN=1. */
for (const name of ['ports', 'sockets'])
  for (const path of ['inventory.yml', 'group_vars/all.yml', 'templates/upstream.conf.j2'])
    test(`${path} of ${name} is as in its golden file`, () => {
      const fleet = fleetOf(name)
      const file = exportAnsible(fleet, renderUpstream(fleet)).find(one => one.path === path)
      const golden = `test/unit/export/fixtures/${name}-${path.replaceAll('/', '-')}`
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, file?.text ?? '')
      assert.equal(file?.text, readFileSync(golden, 'utf8'))
    })

test('every file that is YAML is YAML', () => {
  const fleet = fleetOf('ports')
  const files = exportAnsible(fleet, renderUpstream(fleet)).filter(({ path }) => path.endsWith('.yml'))
  assert.ok(files.length >= 7)
  for (const { text } of files) assert.ok(parse(text, { merge: true }))
})

test('what a template of the fleet has of Jinja is written out', () => {
  const fleet = fleetOf('ports')
  assert.match(
    upstreamTemplate(fleet, 'upstream x { # {{ a }} {% b %}\n}\n'),
    /# \{\{ '\{' \}\}\{ a \}\} \{\{ '\{' \}\}% b %\}/,
  )
})

test('an export writes anew what it wrote, and nothing over what somebody edited', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-export-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const files = (text: string) => [
    { path: 'a.yml', text },
    { path: 'tasks/b.yml', text: 'b\n' },
  ]
  const read = () => readFileSync(join(folder, 'a.yml'), 'utf8')
  assert.deepEqual(await writeExport(folder, files('1\n'), { force: false }), [])
  assert.deepEqual(await writeExport(folder, files('2\n'), { force: false }), [])
  assert.equal(read(), '2\n')
  writeFileSync(join(folder, 'a.yml'), 'mine\n')
  assert.deepEqual(await writeExport(folder, files('3\n'), { force: false }), ['a.yml'])
  assert.equal(read(), 'mine\n')
  assert.deepEqual(await writeExport(folder, files('3\n'), { force: true }), [])
  assert.equal(read(), '3\n')
  assert.deepEqual(readdirSync(folder).sort(), ['.fleet-ops-export.sha256', 'a.yml', 'tasks'])
})
