// npm run package: fleet-ops-VERSION.vsix, which installs in VS Code.
import { cpSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildAll } from './build.mjs'
import { isMain, root } from './paths.mjs'

/** Builds and packs the extension. Answers the path of the .vsix. */
export async function packageExtension({ built = false } = {}) {
  if (!built) await buildAll()
  const { createVSIX } = await import('@vscode/vsce')
  const { name, version } = JSON.parse(readFileSync(root('package.json'), 'utf8'))
  const file = `${name}-${version}.vsix`
  // Packed aside and renamed: whoever reads it meanwhile reads a whole one.
  const fresh = root('out', `${process.pid}-${file}`)
  mkdirSync(root('out'), { recursive: true })
  // What it needs is in dist: there are no dependencies to pack.
  await createVSIX({
    cwd: root(),
    packagePath: fresh,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  })
  renameSync(fresh, root(file))
  return root(file)
}

/** Copies the files that a .vsix of the extension as it is built has in it. */
export async function copyPackagedFiles(directory) {
  const { listFiles, PackageManager } = await import('@vscode/vsce')
  const files = await listFiles({ cwd: root(), packageManager: PackageManager.None })
  for (const file of files) cpSync(root(file), join(directory, file))
}

if (isMain(import.meta.url)) {
  const path = await packageExtension()
  console.log(`${path} (${Math.round(statSync(path).size / 1000)} kB)`)
}
