import { type Check, everyMachine, failed, well } from '../check'

/** The user may become root: services, nginx and the env file are root's. */
export const sudo: Check = {
  name: 'sudo',
  stage: 'root',
  needs: ['authenticate'],
  concerns: everyMachine,
  judge({ root, resolved }) {
    if (root === undefined) return undefined
    if (root === true)
      return well(
        resolved?.user === 'root' ? 'it is root that logs in' : `${resolved?.user ?? 'the user'} may become root`,
      )
    return failed(root.message, root.remedy ?? 'Allow it in /etc/sudoers.d.')
  },
}
