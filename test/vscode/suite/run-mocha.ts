import { writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import Mocha from 'mocha'

/**
 * Runs the test files that `load` imports, inside the extension host; rejects if one fails. The counts go to the file that
 * FLEET_OPS_RESULTS names. Each folder beside this file is run in a VS Code of its own, on a copy of the fixture folder of the
 * same name.
 */
export async function runMocha(...load: readonly (() => Promise<unknown>)[]): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 120_000, color: true })
  for (const file of load) {
    mocha.suite.emit('pre-require', globalThis, '', mocha)
    await file()
  }
  const results = { passed: 0, failed: 0, skipped: 0, ended: false }
  // Written after each test: what a run that is cut short has found is known as well.
  const save = () => writeFileSync(process.env.FLEET_OPS_RESULTS ?? devNull, JSON.stringify(results))
  const count = (key: 'passed' | 'failed' | 'skipped') => {
    results[key]++
    save()
  }
  const runner = await new Promise<Mocha.Runner>(ended => {
    const started = mocha.run(() => ended(started))
    started
      .on('pass', () => count('passed'))
      .on('pending', () => count('skipped'))
      .on('fail', (_, error) => {
        count('failed')
        console.log(error.message)
      })
  })
  results.ended = true
  save()
  if (runner.failures > 0) throw new Error(`${runner.failures} tests failed`)
}
