import { RemoteError, type RunOptions } from '../remote/connection'

/**
 * Looks at a machine as root or, where becoming root is not possible, as the login user, which leaves out what only root may see:
 * `look` is then told why it is not root. Throws what `look` throws.
 */
export async function asRootIfPossible<Seen>(
  look: (privilege: Pick<RunOptions, 'privileged'>, whyNotRoot?: string) => Promise<Seen>,
): Promise<Seen> {
  try {
    return await look({ privileged: true })
  } catch (error) {
    if (!(error instanceof RemoteError && error.phase === 'sudo')) throw error
    return look({}, error.message)
  }
}
