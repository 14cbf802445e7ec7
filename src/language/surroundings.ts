import type { SshHost } from './ssh-hosts'

/** What completion offers from outside the text. Looked up on request; a failure gives an empty list. */
export interface Surroundings {
  readonly sshHosts: () => readonly SshHost[]
  /** The names of the files beside an open document with this ending, such as `.njk`. */
  readonly filesBeside: (uri: string, ending: string) => readonly string[]
  readonly isFile: (path: string) => boolean
  /** The URL of the page that describes every finding, if the server came with one. */
  readonly findingsPage?: string
  /** The person's home folder, `~`. */
  readonly home: string
}
