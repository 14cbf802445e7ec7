import type { MachineSettings } from '../machine-settings'

/** The private keys that ssh tries, the one that fleet.yaml names first. */
export const identityFilesOf = ({
  identityFile,
  identityFiles,
}: Pick<MachineSettings, 'identityFile' | 'identityFiles'>): readonly string[] => [
  ...(identityFile === undefined ? [] : [identityFile]),
  ...identityFiles,
]
