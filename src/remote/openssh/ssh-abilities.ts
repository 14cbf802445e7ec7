/** What the system's ssh can do besides connecting. */
export interface SshAbilities {
  /** Share its connection (ssh_config(5), ControlMaster). Without that, each command and each channel needs its own process. */
  readonly sharesConnections: boolean
  /** Have a program ask for secrets (ssh(1), SSH_ASKPASS). */
  readonly asks: boolean
}

/**
 * The abilities of ssh on a platform. ssh on Windows cannot share connections (Win32-OpenSSH cannot pass sockets), and its askpass
 * program could not be a script: the Windows script interpreter would execute the question, which may come from the server, as
 * commands.
 */
export const sshAbilities = (platform: NodeJS.Platform): SshAbilities =>
  platform === 'win32' ? { sharesConnections: false, asks: false } : { sharesConnections: true, asks: true }
