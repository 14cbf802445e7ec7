/** What one run of the `examine` script reported. */
export interface Examined {
  /** As `systemctl is-system-running` has it, such as `running` or `degraded`; `missing` without systemd. */
  readonly systemd: string
  /** The template's UnitFileState, such as `disabled` or `masked`; `missing` if there is no such file. */
  readonly template: string
  /** nginx's own test of its configuration, if it was requested. `said` is its complaint. */
  readonly nginxTest?: { readonly result: 'passed' | 'failed' | 'missing'; readonly said: string }
}

/** Reads the output of `examine` (src/remote/scripts/examine.sh). Undefined if it is something else. */
export function parseExamined(output: string): Examined | undefined {
  const values = new Map(
    Array.from(output.matchAll(/^([a-z_]+[a-z0-9_]*)=(.*?)\r?$/gm), ([, key = '', value = '']) => [key, value]),
  )
  const [systemd, template, result] = ['systemd', 'template', 'nginx_test'].map(key => values.get(key))
  if (systemd === undefined || template === undefined) return undefined
  const said = Buffer.from(values.get('nginx_said_base64') ?? '', 'base64').toString('utf8')
  return {
    systemd,
    template,
    ...(result === 'passed' || result === 'failed' || result === 'missing' ? { nginxTest: { result, said } } : {}),
  }
}
