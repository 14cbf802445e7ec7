import type { BuildResult } from 'esbuild'

export declare function buildProduct(options?: {
  minify?: boolean
  sourcemap?: boolean
  only?: readonly string[]
  outdir?: string
}): Promise<BuildResult>

export declare function buildTests(entryPoints: readonly string[]): Promise<BuildResult>
