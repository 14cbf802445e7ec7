/** The command of an operation: `rolling-restart` is `fleetOps.rollingRestart`. */
export function commandOf({ name }: { readonly name: string }): string {
  return `fleetOps.${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`
}
