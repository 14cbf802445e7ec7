import { t } from '@vscode/l10n'
import type { Fleet, Server } from '../../fleet/fleet'
import type { ServerEquipment } from '../../fleet/observed'
import type { CopyTreeStep, Step } from '../plan'

/** What its workers need that a new server does not have. */
export interface Lacking {
  readonly directory: boolean
  readonly environment: boolean
  readonly unit: boolean
  /** The system user that the unit names. */
  readonly user?: { readonly name: string; readonly group: string }
  /** The install command has to run: after this copy, or because it has not succeeded after an earlier one. */
  readonly install: boolean
}

/** Compares the server with one that runs workers, if one could be asked. */
export function lackingOn({ service }: Fleet, own: ServerEquipment, source: ServerEquipment | undefined): Lacking {
  const unit = own.unit ?? source?.unit
  const directory = own.directory === 'missing'
  const user = unit?.user
  return {
    directory,
    environment: own.environment === 'missing',
    unit: own.unit === undefined,
    install: service.install !== undefined && (directory || own.installPending),
    ...(user === undefined || Object.hasOwn(own.users, user)
      ? {}
      : { user: { name: user, group: unit?.group ?? user } }),
  }
}

/** Whether anything must be copied from another server. */
export const needsCopy = ({ directory, environment, unit }: Lacking): boolean => directory || environment || unit

/** The folder for an administrator's unit files (systemd.unit(5)). */
const unitFolder = '/etc/systemd/system'

const withoutSlash = (path: string) => path.replace(/(?<=.)\/+$/, '')

/** The steps that give a server what it lacks, from `source`: owners before what they own, and the code before files inside it. */
export function copySteps(
  { service }: Fleet,
  { name }: Server,
  source: { readonly name: string; readonly equipment: ServerEquipment } | undefined,
  lacking: Lacking,
): readonly Step[] {
  const directory = withoutSlash(service.directory)
  const copy = (tree: CopyTreeStep['tree'], path: string, more: Partial<CopyTreeStep> = {}): Step => ({
    kind: 'copy-tree',
    server: name,
    title: t('Copy {0} from {1}', path, String(source?.name)),
    from: source?.name ?? '',
    tree,
    source: path,
    path,
    install: false,
    ...more,
  })
  const { unit } = source?.equipment ?? {}
  const unitFile = `${unitFolder}/${service.unit}.service`
  return [
    ...(lacking.user
      ? [
          {
            kind: 'create-user',
            server: name,
            title: t('Create the system user {0}', lacking.user.name),
            user: lacking.user.name,
            group: lacking.user.group,
            home: directory,
          } as const,
        ]
      : []),
    ...(lacking.directory
      ? [copy('directory', directory, { without: service.envFile, install: service.install !== undefined })]
      : []),
    ...(lacking.environment ? [copy('file', service.envFile)] : []),
    ...(lacking.unit && unit ? [copy('file', unitFile, { source: unit.path })] : []),
    ...(lacking.unit && unit?.dropIns ? [copy('directory', `${unitFile}.d`)] : []),
    ...(lacking.unit
      ? [{ kind: 'daemon-reload', server: name, title: t('Have systemd read its unit files') } as const]
      : []),
    ...(lacking.install && service.install !== undefined
      ? [
          {
            kind: 'install',
            server: name,
            title: t('Run the install command in {0}', directory),
            directory,
            command: service.install,
          } as const,
        ]
      : []),
  ]
}
