import type { SshHost } from './ssh-hosts'

/** What completion offers that stands outside of the text. Looked up when asked for; a failure is an empty list. */
export interface Surroundings {
  readonly sshHosts: () => readonly SshHost[]
  /** The names of the files beside an open document that end so, such as `.njk`. */
  readonly filesBeside: (uri: string, ending: string) => readonly string[]
  readonly isFile: (path: string) => boolean
  /** The URL of the page that describes every finding, where the server came with one. */
  readonly findingsPage?: string
  /** The person's own folder, which `~` stands for. */
  readonly home: string
}
