// What is bundled from what, and how. The build and the tests share these options, so that what is tested is what is shipped.
import { build } from 'esbuild'

/** ssh2's file transfer is a quarter of what we would ship of it, and nothing here transfers files that way. */
const withoutFileTransfer = {
  name: 'without-file-transfer',
  setup(bundler) {
    bundler.onLoad({ filter: /ssh2[\\/]lib[\\/]protocol[\\/]SFTP\.js$/ }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // ssh2 and nunjucks are CommonJS: they expect a `require` for Node's own modules and a `__dirname`, which ES modules lack.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url),__dirname=require('node:path').dirname(require('node:url').fileURLToPath(import.meta.url));",
  },
  loader: { '.sh': 'text', '.njk': 'text', '.yml': 'text', '.cfg': 'text' },
  plugins: [withoutFileTransfer],
  logLevel: 'warning',
}

/** Threads that are started by the path of their own file (src/remote/thread-entry.ts). */
const threads = {
  'template-worker': 'src/nginx/template-worker.ts',
  'unlock-key-worker': 'src/remote/unlock-key-worker.ts',
  'askpass-helper': 'src/remote/openssh/askpass-helper.ts',
}

const entryPoints = {
  extension: 'src/extension.ts',
  server: 'src/language/server.ts',
  cli: 'src/cli.ts',
  ...threads,
}

/** Bundles the extension, the language server and the command line into dist/, or only some of them into another folder. */
export function buildProduct({
  minify = true,
  sourcemap = false,
  only = Object.keys(entryPoints),
  outdir = 'dist',
} = {}) {
  return build({
    ...shared,
    entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([name]) => only.includes(name))),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    // ssh2 tries its native parts and does without them where they are missing; here they always are.
    external: ['vscode', 'cpu-features', '*/sshcrypto.node'],
    minify,
    sourcemap,
    legalComments: 'none',
    metafile: true,
  })
}

/** Bundles test files into a folder of out/, beside node_modules, which they share with no bundling. Its paths are theirs. */
export function buildTests(files, outdir) {
  return build({
    ...shared,
    // With the threads that they start.
    entryPoints: { ...threads, ...Object.fromEntries(files.map(file => [file.replace(/\.ts$/, ''), file])) },
    outdir,
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
  })
}
