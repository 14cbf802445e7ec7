import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('..', import.meta.url))

/** The absolute path of a path in this repository. */
export const root = (...parts) => resolve(top, ...parts)

/** Whether the module with this URL is the one that node was started with. */
export const isMain = url => process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(url)
