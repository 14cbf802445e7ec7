/** What nginx does without the parameter, so that writing it or not is the same (ngx_http_upstream_module, "server"). */
const defaults: ReadonlySet<string> = new Set(['weight=1', 'max_fails=1', 'fail_timeout=10', 'max_conns=0'])

/** The units of nginx's times, in seconds (nginx.org, "Configuration file measurement units"). */
const seconds: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
}

/** … and of its sizes, in bytes. */
const bytes: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_048_576 }

/** A parameter of a `server` line in one form, so that two that mean the same are equal: `1m` is `60s` is `60`. */
export function meaningOfParameter(parameter: string): string {
  const [name = '', value] = parameter.split('=', 2)
  if (value === undefined) return name
  if (name === 'fail_timeout') return `${name}=${sum(value, seconds)}`
  return /^\d+$/.test(value) ? `${name}=${Number(value)}` : parameter
}

/** Whether nginx does the same without this parameter. */
export const withoutEffect = (parameter: string): boolean => defaults.has(meaningOfParameter(parameter))

/** The same for a directive of the block, by its name and what follows that: a zone's `64K` is `64k` is `65536`. */
export function meaningOfDirective(name: string, value: string | undefined): string | undefined {
  if (name !== 'zone') return value
  return value?.replace(/\S+$/, size => `${sum(size.toLowerCase(), bytes)}`)
}

/** `1h30m` as one number; what is no quantity of these units stays as it is. */
function sum(text: string, units: Readonly<Record<string, number>>): number | string {
  const parts = [...text.matchAll(/(\d+)([a-z]?)/gi)]
  const isWhole = parts.map(([part]) => part).join('') === text
  if (parts.length === 0 || !isWhole || parts.some(([, , unit = '']) => units[unit] === undefined)) return text
  return parts.reduce((total, [, count, unit = '']) => total + Number(count) * (units[unit] ?? 0), 0)
}
