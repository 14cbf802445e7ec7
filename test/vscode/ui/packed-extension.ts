import { execFileSync } from 'node:child_process'

const pack =
  "import('./scripts/package.mjs').then(async ({ packageExtension }) => console.log(await packageExtension({ built: true })))"

/** Packs what is in dist as users get it. Answers the path of the .vsix. */
export function packExtension(): string {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', pack], { encoding: 'utf8' })
  return output.trim().split('\n').at(-1) ?? ''
}
