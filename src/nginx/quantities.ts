/** The units of nginx's times, in seconds (nginx.org, "Configuration file measurement units"). */
const seconds: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
  ['w', 604_800],
  ['M', 2_592_000],
  ['y', 31_536_000],
])

/** … and of its sizes, in bytes. */
const bytes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1_024],
  ['m', 1_048_576],
])

/** Seconds of an nginx time such as `10s`, `1h30m` or `600`; undefined for anything else. */
export const secondsOf = (text: string): number | undefined => sum(text, seconds)

/** Bytes of an nginx size such as `64k` or `1M`; undefined for anything else. */
export const bytesOf = (text: string): number | undefined => sum(text.toLowerCase(), bytes)

function sum(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const parts = [...text.matchAll(/(\d+)([a-z]*)/gi)]
  const isWhole = parts.map(([part]) => part).join('') === text
  if (parts.length === 0 || !isWhole) return undefined
  const total = parts.reduce(
    (before, [, count, unit = '']) => before + Number(count) * (units.get(unit) ?? Number.NaN),
    0,
  )
  return Number.isNaN(total) ? undefined : total
}
