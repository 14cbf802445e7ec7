import { t } from '@vscode/l10n'

/** The server accepted the connection, but refused the command a session. `words` are its own. */
export const noSession = (words: string): Error =>
  new Error(t('sshd refused to open a session ({0}): check MaxSessions in its sshd_config', words.trim()))
