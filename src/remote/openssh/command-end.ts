/** As a shell counts a death by a signal whose number it is not told. */
export const diedOfSignal = 128

/** The server took the connection, and gave the command no session. `words` are its own. */
export const noSession = (words: string): Error =>
  new Error(`sshd gives no session (${words.trim()}): MaxSessions in its sshd_config`)
