import { hostname } from 'node:os'
import { account } from '../remote/tokens'

/** Who changes a fleet from here, as shown to a second operator: such as `alice@laptop`. */
export function operatorHere(): string {
  const { uid, username } = account()
  return `${username || uid}@${hostname()}`
}
