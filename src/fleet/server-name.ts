import { t } from '@vscode/l10n'
import { schemaAt } from './schema'

const names = schemaAt(['servers'])?.propertyNames
const pattern = new RegExp(names?.pattern ?? '', 'u')

/** Whether a server may have this name. */
export const isServerName = (name: string): boolean => pattern.test(name)

/** What a server may be called, in words. */
export const serverNameRule = (): string => t(names?.patternErrorMessage ?? '')
