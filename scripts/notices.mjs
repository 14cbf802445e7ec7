// The licences of the packages that are bundled into dist, which ask to go along with every copy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/** The folder of the package that a bundled file is of. */
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * Writes LICENSES.txt.
 * @param {import('esbuild').Metafile} metafile what esbuild says of a bundle
 * @param {string} directory where to
 */
export function writeNotices(metafile, directory) {
  const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const folders = new Set(bundled.map(file => packageFolder.exec(file)?.[1]).filter(folder => folder !== undefined))
  const notices = [...folders].sort().map(noticeOf)
  writeFileSync(join(directory, 'LICENSES.txt'), `${[...new Set(notices)].join('\n\n')}\n`)
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(root(folder, 'package.json'), 'utf8'))
  const file = readdirSync(root(folder)).find(entry => /^licen[cs]e/i.test(entry))
  return `${name} ${version}\n\n${file ? readFileSync(root(folder, file), 'utf8').trim() : license}`
}
