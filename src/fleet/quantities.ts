const secondsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, '': 1, m: 60, h: 3600 }
const bytesOf: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** Seconds of a duration such as `10m`, `60s` or `1h`; a bare number is seconds. NaN for anything else. */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h)?$/.exec(text)
  return match ? Number(match[1]) * (secondsOf[match[2] ?? ''] ?? Number.NaN) : Number.NaN
}

/** Bytes of a size such as `260M` or `8G`, in powers of 1024. NaN for anything else. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT])i?B?$/.exec(text)
  return match ? Number(match[1]) * (bytesOf[match[2] ?? ''] ?? Number.NaN) : Number.NaN
}
