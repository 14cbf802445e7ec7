import { parseArgs } from 'node:util'
import {
  inputKinds,
  inputNames,
  type Operation,
  type OperationArguments,
  type OperationInputName,
} from '../plan/operation'
import { operations } from '../plan/operations'
import { type AdoptCommand, adoptOptions, readAdopt } from './adopt-arguments'
import { CliError } from './cli-error'

/** What the command line asks for. */
export type Command =
  | { readonly name: 'help'; readonly about?: Operation | 'adopt' }
  | { readonly name: 'version' }
  | { readonly name: 'validate'; readonly files: readonly string[]; readonly json: boolean }
  | { readonly name: 'render'; readonly file: string }
  | { readonly name: 'status'; readonly file: string; readonly json: boolean }
  | { readonly name: 'doctor'; readonly file: string; readonly json: boolean }
  | AdoptCommand
  | {
      readonly name: 'logs'
      readonly file: string
      readonly given: OperationArguments
      readonly lines: number | undefined
      readonly follow: boolean
    }
  | { readonly name: 'export'; readonly file: string; readonly output: string; readonly force: boolean }
  | ({ readonly name: 'plan'; readonly json: boolean } & OperationCommand)
  | ({ readonly name: 'run'; readonly yes: boolean; readonly lessRoom: boolean } & OperationCommand)

interface OperationCommand {
  readonly operation: Operation
  readonly given: OperationArguments
  readonly file: string
}

type CommandName = Exclude<Command['name'], 'help' | 'version'>

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  'less-room': { type: 'boolean' },
  lines: { type: 'string', short: 'n' },
  follow: { type: 'boolean', short: 'f' },
  ...(Object.fromEntries(
    inputNames.map(name => [name, { type: inputKinds[name].value === 'flag' ? 'boolean' : 'string' }]),
  ) as Record<OperationInputName, { type: 'string' | 'boolean' }>),
  ...adoptOptions,
} as const

type OptionName = keyof typeof options

/** The parsed command line, before it is interpreted. */
export interface Given {
  readonly values: { readonly [Name in OptionName]?: string | boolean }
  readonly positionals: readonly string[]
}

/** The options of each command, and how to build it from them. */
const commands: Readonly<Record<CommandName, { takes: readonly OptionName[]; read: (given: Given) => Command }>> = {
  validate: {
    takes: ['json'],
    read: ({ values, positionals }) => {
      if (positionals.length === 0)
        throw new CliError('validate needs a file', { remedy: 'fleet-ops validate fleet.yaml' })
      return { name: 'validate', files: positionals, json: values.json === true }
    },
  },
  render: { takes: [], read: given => ({ name: 'render', file: oneFile('render', given.positionals) }) },
  status: {
    takes: ['json'],
    read: ({ values, positionals }) => ({
      name: 'status',
      file: oneFile('status', positionals),
      json: values.json === true,
    }),
  },
  doctor: {
    takes: ['json'],
    read: ({ values, positionals }) => ({
      name: 'doctor',
      file: oneFile('doctor', positionals),
      json: values.json === true,
    }),
  },
  export: {
    takes: ['output', 'force'],
    read: ({ values, positionals: [format, ...rest] }) => {
      if (format !== 'ansible')
        throw new CliError(format === undefined ? 'export needs a format' : `unknown export format ${format}`, {
          remedy: 'fleet-ops export ansible fleet.yaml --output ansible',
        })
      const output = typeof values.output === 'string' ? values.output : 'ansible'
      return { name: 'export', file: oneFile('export ansible', rest), output, force: values.force === true }
    },
  },
  adopt: { takes: Object.keys(adoptOptions) as readonly (keyof typeof adoptOptions)[], read: readAdopt },
  logs: {
    takes: ['server', 'worker', 'lines', 'follow'],
    read: ({ values, positionals }) => ({
      name: 'logs',
      file: oneFile('logs', positionals),
      given: {
        ...(typeof values.server === 'string' ? { server: values.server } : {}),
        ...(typeof values.worker === 'string' ? { worker: wholeNumber('worker', values.worker) } : {}),
      },
      lines: typeof values.lines === 'string' ? wholeNumber('lines', values.lines) : undefined,
      follow: values.follow === true,
    }),
  },
  plan: {
    takes: ['json', ...inputNames],
    read: given => ({ name: 'plan', json: given.values.json === true, ...operationCommand('plan', given) }),
  },
  run: {
    takes: ['yes', 'less-room', ...inputNames],
    read: given => ({
      name: 'run',
      yes: given.values.yes === true,
      lessRoom: given.values['less-room'] === true,
      ...operationCommand('run', given),
    }),
  },
}

/** Reads the arguments after the program's name. Throws CliError if they are invalid. */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv)
  const [name, ...rest] = positionals
  if (values.version) return { name: 'version' }
  if (name === undefined && !values.help) throw new CliError('no command given', { remedy: 'fleet-ops --help' })
  if (name === undefined || name === 'help') return help(rest[0])
  if (values.help) return help(name === 'adopt' ? name : rest[0])
  if (!Object.hasOwn(commands, name))
    throw new CliError(`unknown command ${name}`, {
      remedy: `the commands are ${Object.keys(commands).join(', ')}`,
    })
  const command = commands[name as CommandName]
  const refused = (Object.keys(values) as OptionName[]).find(option => !command.takes.includes(option))
  if (refused) throw new CliError(`${name} does not accept --${refused}`, { remedy: 'fleet-ops --help' })
  return command.read({ values, positionals: rest })
}

function help(about: string | undefined): Command {
  if (about === 'adopt') return { name: 'help', about }
  const operation = operations.find(candidate => candidate.name === about)
  return operation ? { name: 'help', about: operation } : { name: 'help' }
}

function parse(argv: readonly string[]): Given {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new CliError((error as Error).message.replace(/\. To specify a positional.*$/, ''), {
      remedy: 'fleet-ops --help',
    })
  }
}

function oneFile(command: string, positionals: readonly string[]): string {
  const [file, ...more] = positionals
  if (file === undefined) throw new CliError(`${command} needs a file`, { remedy: `fleet-ops ${command} fleet.yaml` })
  if (more.length > 0) throw new CliError(`${command} takes one file; remove ${more.join(', ')}`)
  return file
}

function operationCommand(command: 'plan' | 'run', { values, positionals }: Given): OperationCommand {
  const [name, ...rest] = positionals
  const operation = operations.find(candidate => candidate.name === name)
  if (!operation)
    throw new CliError(name === undefined ? `${command} needs an operation` : `unknown operation ${name}`, {
      remedy: `the operations are ${operations.map(one => one.name).join(', ')}`,
    })
  const given: Record<string, string | number | true> = {}
  for (const input of inputNames) {
    const value = values[input]
    if (value === undefined || value === false) continue
    if (!operation.inputs.some(({ name }) => name === input))
      throw new CliError(`${operation.name} does not accept --${input}`, { remedy: usageOf(command, operation) })
    given[input] = value === true || inputKinds[input].value === 'text' ? value : wholeNumber(input, value)
  }
  const missing = operation.inputs.find(input => input.required && given[input.name] === undefined)
  if (missing) throw new CliError(`${operation.name} needs --${missing.name}`, { remedy: usageOf(command, operation) })
  return { operation, given, file: oneFile(`${command} ${operation.name}`, rest) }
}

function wholeNumber(name: string, value: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new CliError(`--${name} must be a whole number above 0, not ${value}`)
  return Number(value)
}

/** One line that shows how an operation is called, such as `fleet-ops run drain --server S [--worker N] FILE`. */
export function usageOf(command: 'plan' | 'run', operation: Operation): string {
  const inputs = operation.inputs.map(({ name, required }) => {
    const option = `--${name} ${inputKinds[name].placeholder}`.trimEnd()
    return required ? option : `[${option}]`
  })
  return ['fleet-ops', command, operation.name, ...inputs, 'FILE'].join(' ')
}
