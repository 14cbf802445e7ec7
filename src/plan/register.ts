import { t } from '@vscode/l10n'
import { baseUrls } from '../fleet/base-urls'
import type { Fleet } from '../fleet/fleet'
import { allOf, type Checked, refusal, warning } from './checks'
import type { Operation, OperationArguments, Situation } from './operation'
import { serverNamed } from './select'
import { checkVoxbridge, registerStep, unregistered, voxbridgeOf } from './voxbridge'

/**
 * Registers those of the fleet's base URLs that VoxBridge does not know yet. The rest of its list stays: other fleets are in it
 * too. A URL whose health VoxBridge would not accept is not registered.
 */
export const register: Operation = {
  name: 'register',
  title: () => t('Register with VoxBridge'),
  icon: 'broadcast',
  danger: 'safe',
  offeredOn: ['load-balancer', 'server'],
  inputs: [
    { name: 'server', required: false, prompt: () => t('The server whose URL to register; all if none is given') },
  ],
  inquire: (fleet, given) =>
    fleet.voxbridge ? { voxbridge: { url: fleet.voxbridge.url, asked: urlsMeant(fleet, given) } } : {},
  plan: (situation, given) => {
    const { fleet, observed } = situation
    const seen = voxbridgeOf(observed)
    const urls = urlsMeant(fleet, given)
    const missing = unregistered(seen, urls)
    const checked = fleet.voxbridge
      ? allOf(checkUrls(urls, given), checkVoxbridge(fleet.voxbridge.url, seen), checkHealth(situation, urls, missing))
      : refusal(
          t('fleet.yaml names no VoxBridge'),
          t('set voxbridge.url to its base URL, such as https://bridge.example.com'),
        )
    const steps = fleet.voxbridge && missing.length > 0 ? [registerStep(fleet.voxbridge.url, missing, seen)] : []
    return {
      operation: 'register',
      fleet: fleet.name,
      title: t('Register {0} with VoxBridge', given.server ?? t('fleet {0}', fleet.name)),
      steps: checked.refusals.length > 0 ? [] : steps,
      ...checked,
    }
  },
}

function urlsMeant(fleet: Fleet, given: OperationArguments): readonly string[] {
  const server = given.server === undefined ? undefined : serverNamed(fleet, given.server).name
  return baseUrls(fleet)
    .filter(base => server === undefined || base.server === server)
    .map(({ url }) => url)
}

function checkUrls(urls: readonly string[], { server }: OperationArguments): Checked {
  if (urls.length > 0) return allOf()
  return server === undefined
    ? refusal(
        t('fleet.yaml has no URL to register with VoxBridge'),
        t("set load_balancer.public_url, or a server's url: where calls come in from outside"),
      )
    : refusal(t('{0} has no url of its own', server), t('set servers.{0}.url, or register the whole fleet', server))
}

/** VoxBridge sends no calls to unhealthy URLs: a new one is not registered, and a known one gets a warning. */
function checkHealth({ observed }: Situation, urls: readonly string[], missing: readonly string[]): Checked {
  const seen = voxbridgeOf(observed)
  if (!seen.reachable) return allOf()
  return allOf(
    ...urls.flatMap(url => {
      const why = seen.unhealthy[url]
      if (why === undefined) return []
      return missing.includes(url)
        ? refusal(
            t('VoxBridge would call {0} unhealthy: {1}', url, why),
            t(
              'check that the URL leads to the workers, through every firewall and proxy, and that they are running: status',
            ),
          )
        : warning(t('VoxBridge considers {0} unhealthy and sends no calls there: {1}', url, why))
    }),
  )
}
