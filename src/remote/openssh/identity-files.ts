import type { MachineSettings } from '../machine-settings'

/** The private keys that ssh tries, starting with the one named in fleet.yaml. */
export const identityFilesOf = ({
  identityFile,
  identityFiles,
}: Pick<MachineSettings, 'identityFile' | 'identityFiles'>): readonly string[] => [
  ...(identityFile === undefined ? [] : [identityFile]),
  ...identityFiles,
]
