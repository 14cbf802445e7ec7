import type { Service } from './fleet'

/** The env file's names for the port and the address that a worker listens on. */
export interface OwnVariables {
  readonly port: string
  readonly host: string
}

const ending = /_WORKERS$/

/**
 * A brand's variables share a prefix, as VOXCORE_WORKERS, VOXCORE_PORT and VOXCORE_HOST do. Undefined if `workersVariable` does not show
 * the prefix: their names are unknown then.
 */
export function ownVariables({ workersVariable }: Pick<Service, 'workersVariable'>): OwnVariables | undefined {
  const brand = workersVariable.replace(ending, '')
  if (brand === workersVariable || brand === '') return undefined
  return { port: `${brand}_PORT`, host: `${brand}_HOST` }
}
