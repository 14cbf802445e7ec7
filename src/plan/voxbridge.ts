import { t } from '@vscode/l10n'
import { isClearText, isSameUrl } from '../fleet/base-urls'
import type { Observed, ObservedVoxbridge } from '../fleet/observed'
import { allOf, type Checked, refusal, warning } from './checks'
import type { DeregisterStep, RegisterStep } from './plan'

/** The machine name in VoxBridge's steps. */
const voxbridgeName = 'VoxBridge'

const notAsked = (): ObservedVoxbridge => ({ reachable: false, message: t('it was not asked') })

/** What VoxBridge answered, or why it did not. */
export const voxbridgeOf = ({ voxbridge }: Observed): ObservedVoxbridge => voxbridge ?? notAsked()

/** Those of these URLs that VoxBridge does not know, or knows in another spelling. */
export const unregistered = (seen: ObservedVoxbridge, urls: readonly string[]): readonly string[] =>
  urls.filter(url => !(seen.reachable && seen.urls.includes(url)))

/** Those of these URLs that VoxBridge knows, however it spells them. */
export const registered = (seen: ObservedVoxbridge, urls: readonly string[]): readonly string[] =>
  seen.reachable ? seen.urls.filter(known => urls.some(url => isSameUrl(url, known))) : []

export function registerStep(voxbridge: string, urls: readonly string[], seen: ObservedVoxbridge): RegisterStep {
  return { ...stepOf(voxbridge, urls, seen), kind: 'register', title: t('Register {0}', urls.join(', ')) }
}

export function deregisterStep(voxbridge: string, urls: readonly string[], seen: ObservedVoxbridge): DeregisterStep {
  return {
    ...stepOf(voxbridge, urls, seen),
    kind: 'deregister',
    title: t('Remove {0} from VoxBridge', urls.join(', ')),
  }
}

const stepOf = (voxbridge: string, urls: readonly string[], seen: ObservedVoxbridge) => ({
  server: voxbridgeName,
  voxbridge,
  urls,
  ...(seen.reachable ? { before: seen.urls } : {}),
})

/** Whether VoxBridge can be changed, and how the token gets there. */
export function checkVoxbridge(url: string, seen: ObservedVoxbridge): Checked {
  return allOf(
    seen.reachable ? allOf() : refusal(seen.message, seen.remedy),
    isClearText(url)
      ? warning(t('the token goes to {0} unencrypted and could be intercepted: use https://', url))
      : allOf(),
  )
}
