import { inputNames, type OperationArguments } from './operation'
import { shellWord } from './shell-word'

/** An operation with its arguments: what fixes a drift, or what to run next. */
export interface OperationCall {
  readonly operation: string
  readonly given: OperationArguments
}

/** As typed after `fleet-ops run`, such as `restart --server core-1 --worker 3`, without the file. */
export function commandWords({ operation, given }: OperationCall): string {
  const options = inputNames.flatMap(name => {
    const value = given[name]
    return value === undefined ? [] : [value === true ? `--${name}` : `--${name} ${shellWord(String(value))}`]
  })
  return [operation, ...options].join(' ')
}
