const names = /(^|[/\\])(fleet|[^/\\]+\.fleet)\.ya?ml$/

/** A key of ours at the beginning of a line: in block style, that is the top level. */
const ours = /^\uFEFF?(?:servers|load_balancer)[ \t]*:(?=\s|$)/m
/** How a key of ours is written, anywhere in the text. */
const mention = /servers|load_balancer/

/** A text of nothing but comments, blank lines, directives and document marks. */
const empty =
  /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|(?:---|\.\.\.)(?:[ \t]+#[^\n]*|[ \t]*)(?:\r?\n|$)|%[^\n]*(?:\n|$))*$/

/** Whether a file has one of the names that a fleet.yaml may have. */
export const hasFleetName = (path: string): boolean => names.test(path)

/**
 * Whether a file is a fleet.yaml of ours, as far as that can be seen without parsing it, as it can for almost every text;
 * undefined if only the parsed text tells (`isFleetFile`).
 */
export function fleetFileAtAGlance(path: string, text: string): boolean | undefined {
  if (!hasFleetName(path)) return false
  if (ours.test(text) || isEmpty(text)) return true
  return mention.test(text) ? undefined : false
}

function isEmpty(text: string): boolean {
  // Guarded by length, so that only short files are scanned line by line for being empty.
  return text.trim() === '' || (text.length < 100_000 && empty.test(text))
}
