const names = /(^|[/\\])(fleet|[^/\\]+\.fleet)\.ya?ml$/

/** Keys at the top level of any block style file, and of a flow style one: those at the beginning of a line or after `{` and `,`. */
const ours = /^(?:["']?(?:servers|load_balancer)["']?[ \t]*:|\{[^\n]*\b(?:servers|load_balancer)["']?[ \t]*:)/m

/** A text without anything but comments, blank lines and document marks. */
const empty = /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|---[ \t]*(?:\r?\n|$))*$/

/**
 * Whether a file is a fleet.yaml of ours: by its name, and by `servers` or `load_balancer` at the top level, or by being empty.
 * Rancher Fleet gives its own files the same name. Works on text that is half typed, since it does not parse it.
 */
export function isFleetFile(path: string, text: string): boolean {
  return names.test(path) && (ours.test(text.replace(/^\uFEFF/, '')) || isEmpty(text))
}

function isEmpty(text: string): boolean {
  // Guarded by length: no file that holds something is scanned line by line for being empty.
  return text.trim() === '' || (text.length < 100_000 && empty.test(text))
}
