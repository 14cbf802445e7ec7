// node scripts/test-some.mjs PREFIX…: bundles and runs only the tests whose path begins so, without building the product.
import { readdirSync } from 'node:fs'
import { buildTests } from '../esbuild.mjs'
import { generate } from './generate.mjs'
import { root } from './paths.mjs'
import { runTestFiles } from './run-test-files.mjs'

const prefixes = process.argv.slice(2)
const sources = readdirSync(root('test'), { recursive: true })
  .map(name => `test/${name}`)
  .filter(name => name.endsWith('.test.ts') && prefixes.some(prefix => name.startsWith(prefix)))
await generate()
await buildTests(sources, 'out/some')
const count = await runTestFiles(
  sources.map(source => root('out/some', source.replace(/\.ts$/, '.js'))),
  { concurrency: 1, timeout: 300_000 },
)
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = count.failed > 0 ? 1 : 0
