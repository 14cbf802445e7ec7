/** The settings of a VS Code that is only there to be looked at: nothing phones home, nothing pops up that is not ours. */
export const quietSettings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // As on the desktop. In a browser it is another by default: what is typed is saved a second later, mistakes and all.
  'files.autoSave': 'off',
  'git.enabled': false,
  // The simulated servers' ports are nobody else's business.
  'remote.autoForwardPorts': false,
  'github.gitAuthentication': false,
}

/** And of one that a program drives: drawn as elements, the terminal's text can be read in the page. */
export const drivenSettings = {
  'terminal.integrated.gpuAcceleration': 'off',
  'editor.accessibilitySupport': 'off',
}
