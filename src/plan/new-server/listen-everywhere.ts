import type { Fleet, Server } from '../../fleet/fleet'
import { ownVariables } from '../../fleet/own-variables'
import { warning } from '../checks'
import type { Stretch } from '../rollout'

/**
 * For a copy of a server whose workers listen on its loopback only, where nginx on another machine cannot reach them: has them listen on
 * every address, if the variable for it is known.
 */
export function listenEverywhere({ service }: Fleet, { name }: Server, from: string): Stretch {
  const variable = ownVariables(service)?.host
  const deaf = `workers of ${from} listen on its loopback only`
  const until = 'nothing is told to nginx unless the load balancer reaches its workers'
  if (variable === undefined)
    return {
      ...warning(`${deaf}, and so would those of ${name}: have them listen on an address of the network. ${until}`),
      steps: [],
    }
  const value = '0.0.0.0'
  const title = `Set ${variable}=${value} on ${name}`
  const checked = warning(`${deaf}: ${variable}=${value} is set on ${name}, and ${until}`)
  return { ...checked, steps: [{ kind: 'set-variable', server: name, title, file: service.envFile, variable, value }] }
}
