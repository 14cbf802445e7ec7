// npm run build: dist/extension.js, dist/server.js, dist/cli.js and the chunks that they share.
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { installPackages } from './install.mjs'
import { writeNotices } from './notices.mjs'
import { isMain, root } from './paths.mjs'

export async function buildAll() {
  installPackages()
  const { generate } = await import('./generate.mjs')
  const { buildProduct } = await import('../esbuild.mjs')
  await generate()
  const fresh = root(`out/dist-${process.pid}`)
  const { metafile } = await buildProduct({ outdir: fresh })
  writeNotices(metafile, fresh)
  chmodSync(`${fresh}/cli.js`, 0o755)
  replaceDist(fresh)
}

/** All at once: what runs from dist meanwhile, or packs it, finds one whole build or the other. */
function replaceDist(fresh) {
  const old = `${fresh}-old`
  if (existsSync(root('dist'))) renameSync(root('dist'), old)
  renameSync(fresh, root('dist'))
  rmSync(old, { recursive: true, force: true })
}

if (isMain(import.meta.url)) await buildAll()
