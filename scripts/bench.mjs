// npm run bench -- NAME…: bundles and runs the benches of test/bench, all of them without a name. Each prints its own table.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { installPackages } from './install.mjs'
import { root } from './paths.mjs'

installPackages()
const { buildTests } = await import('../esbuild.mjs')
const { generate } = await import('./generate.mjs')

const there = existsSync(root('test/bench'))
  ? readdirSync(root('test/bench'))
      .filter(name => name.endsWith('.ts'))
      .map(name => name.slice(0, -3))
  : []
const wanted = process.argv.length > 2 ? process.argv.slice(2) : there
const unknown = wanted.filter(name => !there.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${there.join(', ')}.`)
  process.exit(2)
}
await generate()
await buildTests(
  wanted.map(name => `test/bench/${name}.ts`),
  'out/bench',
)
for (const name of wanted) {
  const { status } = spawnSync(process.execPath, [root(`out/bench/test/bench/${name}.js`)], {
    cwd: root(),
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
