// node scripts/run-suite.mjs SUITE FILE: runs one suite of what was built last, and writes its counts to FILE as JSON.
import { writeFileSync } from 'node:fs'
import { suites } from './test-suites.mjs'

const [name, results] = process.argv.slice(2)
const suite = suites.find(one => one.name === name)
writeFileSync(results, JSON.stringify(await suite.run()))
