// What is bundled from what, and how. The build and the tests share these options, so that what is tested is what is shipped.
import { build } from 'esbuild'

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // ssh2 and nunjucks are CommonJS: their `require` of Node's own modules needs a real one in an ES module.
  banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" },
  loader: { '.sh': 'text', '.njk': 'text' },
  logLevel: 'warning',
}

/** Bundles the extension, the language server and the command line into dist/. */
export function buildProduct({ minify = true, sourcemap = false } = {}) {
  return build({
    ...shared,
    entryPoints: {
      extension: 'src/extension.ts',
      server: 'src/language/server.ts',
      cli: 'src/cli.ts',
      'template-worker': 'src/nginx/template-worker.ts',
    },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    // ssh2 tries its native parts and does without them where they are missing; here they always are.
    external: ['vscode', 'cpu-features', '*/sshcrypto.node'],
    minify,
    sourcemap,
    legalComments: 'none',
    metafile: true,
  })
}

/** Bundles test files into out/, beside node_modules, which they share with no bundling. */
export function buildTests(entryPoints) {
  return build({ ...shared, entryPoints, outdir: 'out', outbase: '.', packages: 'external', external: ['vscode'], sourcemap: 'inline' })
}
