// npm test [SUITE…]: installs, builds, checks and runs the suites, then says in one line how many passed, failed and were skipped.
import { installPackages } from './install.mjs'

installPackages()
const { runSuites } = await import('./run-suites.mjs')
process.exitCode = (await runSuites(process.argv.slice(2))) ? 0 : 1
