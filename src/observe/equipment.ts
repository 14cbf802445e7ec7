import { t } from '@vscode/l10n'
import type { Fleet, Machine } from '../fleet/fleet'
import type { FileKind, ObservedEquipment, ServerEquipment, TemplateUnit } from '../fleet/observed'
import type { Connections } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { ProbeError } from './probe'
import { unreachableBecause } from './unreachable'

const timeoutMilliseconds = 60_000

/**
 * Asks a machine what it has of a fleet's server, in one round trip, as root. Throws only if `signal` aborts: for a machine
 * that cannot be asked, the result says why.
 */
export async function seeEquipment(
  fleet: Fleet,
  machine: Machine,
  connections: Connections,
  signal?: AbortSignal,
): Promise<ObservedEquipment> {
  const { directory, envFile, unit } = fleet.service
  try {
    const connection = await connections.to(machine)
    const { exitCode, stdout, stderr } = await connection.run('equipment', [directory, envFile, unit], {
      privileged: true,
      timeoutMilliseconds,
      ...(signal ? { signal } : {}),
    })
    if (exitCode !== scriptExit.done) throw new ProbeError(t('It could not be checked: {0}', stderr.trim() || exitCode))
    return parseEquipment(stdout)
  } catch (error) {
    if (signal?.aborted) throw error
    return unreachableBecause(error)
  }
}

/** Reads the output of `equipment` (src/remote/scripts/equipment.sh). Throws ProbeError if a required line is missing. */
function parseEquipment(output: string): ServerEquipment {
  const lines = [...output.matchAll(/^([a-z_0-9]+)=(.*?)\r?$/gm)].map(([, key = '', value = '']) => ({ key, value }))
  const all = (key: string) => lines.filter(line => line.key === key).map(({ value }) => value)
  const one = (key: string) => all(key)[0] || undefined
  const [cores, architecture, boot] = [Number(one('cores')), one('architecture'), one('boot')]
  if (!(cores > 0) || architecture === undefined || boot === undefined)
    throw new ProbeError(t('The server answered without its cores, architecture and boot id.'))
  const unit = unitOf(one)
  return {
    reachable: true,
    cores,
    architecture,
    boot,
    system: decoded(one('system_base64')) ?? '',
    systemd: one('systemd') === 'yes',
    missingTools: all('missing'),
    directory: kindOf(one('directory')),
    installPending: one('install') === 'pending',
    environment: kindOf(one('environment')),
    ...bytes('bytes', one('bytes')),
    ...bytes('free', one('free')),
    ...(unit ? { unit } : {}),
    users: Object.fromEntries(
      all('user').flatMap(line => {
        const [name, id] = line.split(':')
        return name && id ? [[name, Number(id)]] : []
      }),
    ),
    listening: all('listening').flatMap(line => {
      const [, address = '', port] = /^(.*):(\d+)$/.exec(line) ?? []
      return port === undefined ? [] : [{ address: address.replace(/^\[|\]$|%.*$/g, ''), port: Number(port) }]
    }),
  }
}

function unitOf(one: (key: string) => string | undefined): TemplateUnit | undefined {
  const path = decoded(one('unit_path_base64'))
  if (one('unit_state') !== 'loaded' || path === undefined) return undefined
  const [user, group] = [one('unit_user'), one('unit_group')]
  return {
    path,
    dropIns: one('unit_drop_ins') === 'yes',
    ...(user === undefined || user === 'root' ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  }
}

const kindOf = (value: string | undefined): FileKind =>
  value === 'directory' || value === 'file' || value === 'other' ? value : 'missing'

const bytes = <Key extends string>(key: Key, value: string | undefined) =>
  (value !== undefined && /^\d+$/.test(value) ? { [key]: Number(value) } : {}) as { readonly [Name in Key]?: number }

const decoded = (base64: string | undefined): string | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('utf8').trim()
