#!/usr/bin/env node
import { Console } from './cli/console'
import { main } from './cli/main'

process.exitCode = await main(process.argv.slice(2), new Console(process))
