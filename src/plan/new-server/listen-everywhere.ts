import { t } from '@vscode/l10n'
import type { Fleet, Server } from '../../fleet/fleet'
import { ownVariables } from '../../fleet/own-variables'
import { warning } from '../checks'
import type { Stretch } from '../rollout'

/**
 * For a copy of a server whose workers listen only on its loopback, where nginx on another machine cannot reach them: makes them listen
 * on every address, if the variable for it is known.
 */
export function listenEverywhere({ service }: Fleet, { name }: Server, from: string): Stretch {
  const variable = ownVariables(service)?.host
  const deaf = t('workers of {0} listen only on its loopback', from)
  const until = t('nginx is changed only if the load balancer reaches its workers')
  if (variable === undefined)
    return {
      ...warning(
        t('{0}, and so would those of {1}: have them listen on an address of the network. {2}', deaf, name, until),
      ),
      steps: [],
    }
  const value = '0.0.0.0'
  const title = t('Set {0}={1} on {2}', variable, value, name)
  const checked = warning(t('{0}: {1}={2} is set on {3}, and {4}', deaf, variable, value, name, until))
  return { ...checked, steps: [{ kind: 'set-variable', server: name, title, file: service.envFile, variable, value }] }
}
