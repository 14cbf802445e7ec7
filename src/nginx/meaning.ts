import { bytesOf, secondsOf } from './quantities'

/** Parameters that are nginx's defaults, so that writing them changes nothing (ngx_http_upstream_module, "server"). */
const defaults: ReadonlySet<string> = new Set(['weight=1', 'max_fails=1', 'fail_timeout=10', 'max_conns=0'])

/** A parameter of a `server` line in one form, so that two that mean the same are equal: `1m` is `60s` is `60`. */
export function meaningOfParameter(parameter: string): string {
  const [name = '', value] = parameter.split('=', 2)
  if (value === undefined) return name
  if (name === 'fail_timeout') return `${name}=${secondsOf(value) ?? value}`
  return /^\d+$/.test(value) ? `${name}=${Number(value)}` : parameter
}

/** Whether nginx behaves the same without this parameter. */
export const withoutEffect = (parameter: string): boolean => defaults.has(meaningOfParameter(parameter))

/** The same for a directive of the block, by its name and its parameters: a zone's `64K` is `64k` is `65536`. */
export function meaningOfDirective(name: string, value: string | undefined): string | undefined {
  if (name !== 'zone') return value
  return value?.replace(/\S+$/, size => String(bytesOf(size) ?? size.toLowerCase()))
}
