// npm run package: fleet-ops-VERSION.vsix, which installs in VS Code.
import { readFileSync, statSync } from 'node:fs'
import { buildAll } from './build.mjs'
import { isMain, root } from './paths.mjs'

/** Builds and packs the extension. Answers the path of the .vsix. */
export async function packageExtension({ built = false } = {}) {
  if (!built) await buildAll()
  const { createVSIX } = await import('@vscode/vsce')
  const { name, version } = JSON.parse(readFileSync(root('package.json'), 'utf8'))
  const packagePath = root(`${name}-${version}.vsix`)
  // What it needs is in dist: there are no dependencies to pack.
  await createVSIX({
    cwd: root(),
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  })
  return packagePath
}

if (isMain(import.meta.url)) {
  const path = await packageExtension()
  console.log(`${path} (${Math.round(statSync(path).size / 1000)} kB)`)
}
