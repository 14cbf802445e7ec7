import { t } from '@vscode/l10n'
/** As a shell counts a death by a signal whose number it is not told. */
export const diedOfSignal = 128

/** The server took the connection, and gave the command no session. `words` are its own. */
export const noSession = (words: string): Error =>
  new Error(t('sshd gives no session ({0}): MaxSessions in its sshd_config', words.trim()))
