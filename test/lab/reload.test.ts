import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { nginxServes, reloads, upstreamFile, upstreamLines } from './fixture/hosts'
import { freshLab, type Lab } from './fixture/lab'
import { type Operator, operatorOf } from './fixture/session'

let lab: Lab
let operator: Operator

before(async () => {
  lab = await freshLab()
  operator = await operatorOf(lab)
})
after(() => operator?.leave())

const liveFile = () => lab.shell('core-1', `stat -c '%a %U %i' ${upstreamFile}; cat ${upstreamFile}`)

test('reload writes what fleet.yaml says into the file, keeps the rest of it, and reloads nginx once', async () => {
  await lab.shell(
    'core-1',
    `printf '# kept by hand\\nmap $uri $lab_kept { default 1; }\\n' >> ${upstreamFile}; chmod 640 ${upstreamFile}`,
  )
  const before = await reloads(lab)
  assert.deepEqual((await operator.run('reload')).outcome, { kind: 'done' })
  assert.deepEqual(await upstreamLines(lab), [
    ...['127.0.0.1', lab.address('core-2')].flatMap(address => [1, 2, 3, 4].map(id => `${address}:800${id}`)),
  ])
  const text = await lab.shell('core-1', `cat ${upstreamFile}`)
  assert.ok(text.endsWith('# kept by hand\nmap $uri $lab_kept { default 1; }\n'), text)
  assert.equal(await lab.shell('core-1', `stat -c '%a %U' ${upstreamFile}`), '640 root\n')
  assert.equal((await reloads(lab)) - before, 1)
  assert.ok(await nginxServes(lab))
})

test('a file that nginx refuses is put back, the old one serves on, and nginx says why', async () => {
  const text = await readFile(operator.path, 'utf8')
  await writeFile(
    operator.path,
    text.replace('  server: core-1\n', '  server: core-1\n  method: hash $no_such_variable\n'),
  )
  const [file, count] = [await lab.shell('core-1', `cat ${upstreamFile}`), await reloads(lab)]

  const { outcome } = await operator.run('reload')

  assert.equal(outcome.kind, 'failed')
  assert.ok(outcome.kind === 'failed' && outcome.restored)
  assert.match(outcome.message, /unknown "no_such_variable" variable/)
  assert.equal(await lab.shell('core-1', `cat ${upstreamFile}`), file)
  assert.equal(await reloads(lab), count)
  assert.ok(await nginxServes(lab))
  await writeFile(operator.path, text)
})

test("somebody else's broken file stops the reload, with nginx's own words", async () => {
  await lab.shell('core-1', 'echo "brokn;" > /etc/nginx/conf.d/other.conf')
  const file = await liveFile()

  const { outcome } = await operator.run('reload')

  assert.equal(outcome.kind, 'failed')
  assert.match(
    outcome.kind === 'failed' ? outcome.message : '',
    /unknown directive "brokn" in \/etc\/nginx\/conf\.d\/other\.conf:1/,
  )
  assert.equal(await liveFile(), file)
  await lab.shell('core-1', 'rm /etc/nginx/conf.d/other.conf')
  assert.ok(await nginxServes(lab))
  assert.deepEqual((await operator.run('reload')).outcome, { kind: 'done' })
})
