import type { Service } from './fleet'

/** What the env file calls the port and the address that a worker listens on. */
export interface OwnVariables {
  readonly port: string
  readonly host: string
}

const ending = /_WORKERS$/

/**
 * A brand's variables begin alike, as VOXCORE_WORKERS, VOXCORE_PORT and VOXCORE_HOST do. Undefined where `workersVariable` does not tell
 * how they begin: nobody knows their names then.
 */
export function ownVariables({ workersVariable }: Pick<Service, 'workersVariable'>): OwnVariables | undefined {
  const brand = workersVariable.replace(ending, '')
  if (brand === workersVariable || brand === '') return undefined
  return { port: `${brand}_PORT`, host: `${brand}_HOST` }
}
