/** What the system's ssh can do beside connecting. */
export interface SshAbilities {
  /** Let others use its connection (ssh_config(5), ControlMaster). Without, each command and each channel has a process of its own. */
  readonly sharesConnections: boolean
  /** Have a program ask for secrets (ssh(1), SSH_ASKPASS). */
  readonly asks: boolean
}

/**
 * Those of the ssh that belongs to a platform. That of Windows shares nothing (Win32-OpenSSH lacks passing sockets on), and a program that
 * asks for it would have to be more than a script: what Windows runs scripts with takes a question, which may be the server's, for
 * commands.
 */
export const sshAbilities = (platform: NodeJS.Platform): SshAbilities =>
  platform === 'win32' ? { sharesConnections: false, asks: false } : { sharesConnections: true, asks: true }
