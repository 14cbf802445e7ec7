// npm run build: dist/extension.js, dist/server.js, dist/cli.js and the chunks that they share.
import { chmodSync, rmSync } from 'node:fs'
import { installPackages } from './install.mjs'
import { writeNotices } from './notices.mjs'
import { isMain, root } from './paths.mjs'

export async function buildAll() {
  installPackages()
  const { generate } = await import('./generate.mjs')
  const { buildProduct } = await import('../esbuild.mjs')
  await generate()
  rmSync(root('dist'), { recursive: true, force: true })
  writeNotices((await buildProduct()).metafile)
  chmodSync(root('dist/cli.js'), 0o755)
}

if (isMain(import.meta.url)) await buildAll()
