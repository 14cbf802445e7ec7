import { fileURLToPath } from 'node:url'
import { config } from '@vscode/l10n'
import type { InitializeParams } from 'vscode-languageserver/node'

/**
 * Speaks the language of the bundle that the client names in `initializationOptions.translations`, the URI of a file. Without one the
 * server speaks English, as it does if the file cannot be read, which is logged.
 */
export function useTranslations(
  { initializationOptions }: InitializeParams,
  logError: (message: string) => void,
): void {
  const uri: unknown = initializationOptions?.translations
  if (typeof uri !== 'string') return
  try {
    config({ fsPath: fileURLToPath(uri) })
  } catch (error) {
    logError(`The translations in ${uri} cannot be read, so everything is said in English: ${String(error)}`)
  }
}
