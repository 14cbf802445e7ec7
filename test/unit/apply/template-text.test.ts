import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { templateText } from '../../../src/apply/template-text'
import { upstreamBlock } from '../../../src/apply/upstream-block'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'

/** `..name.njk` is a name, and no way out. */
const own = ['upstream.conf.njk', 'templates/upstream.njk', '..name.njk']

const root = realpathSync(mkdtempSync(join(tmpdir(), 'fleet-template-')))
after(() => rmSync(root, { recursive: true }))
const folder = join(root, 'fleet')
mkdirSync(join(folder, 'templates'), { recursive: true })
writeFileSync(join(root, 'out.njk'), 'SECRET')
for (const name of own) writeFileSync(join(folder, name), name)
symlinkSync('templates/upstream.njk', join(folder, 'inside.njk'))
symlinkSync('../out.njk', join(folder, 'outside.njk'))
symlinkSync('..', join(folder, 'above'))
symlinkSync('circle.njk', join(folder, 'circle.njk'))
symlinkSync(folder, join(root, 'linked'))

const path = join(folder, 'fleet.yaml')

for (const name of own) test(`${name} is read`, async () => assert.equal(await templateText(path, name), name))

test('a link within the folder is followed, and the folder may be reached by one', async () => {
  assert.equal(await templateText(path, 'inside.njk'), 'templates/upstream.njk')
  assert.equal(await templateText(join(root, 'linked', 'fleet.yaml'), 'inside.njk'), 'templates/upstream.njk')
})

const refused: readonly (readonly [string, RegExp])[] = [
  ['outside.njk', /^it is outside the folder of fleet.yaml, at .*out.njk, and is not read. Put /],
  ['above/out.njk', /outside/],
  ['../out.njk', /outside/],
  [join(root, 'out.njk'), /outside/],
  ['..', /outside/],
  ['missing.njk', /^no such file beside fleet.yaml. Put the template there, or remove /],
  ['templates', /^it is a folder. Give /],
  ['.', /^it is a folder/],
  ['upstream.conf.njk/x', /is not a folder/],
  ['circle.njk', /form a loop/],
]

for (const [template, message] of refused)
  test(`${template} is not read, and why is said`, () =>
    assert.rejects(templateText(path, template), { name: 'UpstreamError', message }))

test('the upstream block says which template it is about', async () => {
  const text = 'name: x\nload_balancer: { server: a, template: outside.njk }\nservers: { a: { workers: 2 } }\n'
  const { fleet } = checkFleet(parseFleetDocument(text))
  assert.ok(fleet)
  await assert.rejects(upstreamBlock(fleet, path), { name: 'UpstreamError', message: /^outside.njk: it is outside / })
})
