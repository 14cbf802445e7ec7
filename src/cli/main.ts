import { version } from '../../package.json'
import { type Command, readArguments } from './arguments'
import type { Console } from './console'
import { type ExitCode, exitCode } from './exit-code'
import { helpText } from './help'

type Handler<Name extends Command['name']> = (
  command: Extract<Command, { name: Name }>,
  console: Console,
) => Promise<ExitCode>

/** The implementation of each command, loaded when needed: checking a file needs no SSH. */
const handlers: { readonly [Name in Command['name']]: Handler<Name> } = {
  help: async ({ about }, console) => {
    console.write(helpText(about))
    return exitCode.done
  },
  version: async (_, console) => {
    console.write(`${version}\n`)
    return exitCode.done
  },
  validate: async (command, console) => (await import('./validate')).validate(command, console),
  render: async (command, console) => (await import('./render')).render(command, console),
  status: async (command, console) => (await import('./status')).status(command, console),
  doctor: async (command, console) => (await import('./doctor')).doctor(command, console),
  export: async (command, console) => (await import('./export-ansible')).exportToAnsible(command, console),
  adopt: async (command, console) => (await import('./adopt')).adopt(command, console),
  logs: async (command, console) => (await import('./logs')).logs(command, console),
  plan: async (command, console) => (await import('./plan')).plan(command, console),
  run: async (command, console) => (await import('./run')).run(command, console),
}

/** Runs the command and answers the exit code. Errors go to standard error; nothing is thrown. */
export async function main(argv: readonly string[], console: Console): Promise<ExitCode> {
  try {
    const command = readArguments(argv)
    return await (handlers[command.name] as Handler<Command['name']>)(command as never, console)
  } catch (error) {
    return (await import('./say-error')).sayError(error, console)
  }
}
