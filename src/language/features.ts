import type { Feature } from './feature'
import { codeActions } from './features/code-actions'
import { codeLenses } from './features/code-lenses'
import { completion } from './features/completion'
import { definition } from './features/definition'
import { folding } from './features/folding'
import { formatting } from './features/formatting'
import { highlight } from './features/highlight'
import { hover } from './features/hover'
import { inlayHints } from './features/inlay-hints'
import { links } from './features/links'
import { outline } from './features/outline'
import { references } from './features/references'
import { prepareRename, rename } from './features/rename'
import { selection } from './features/selection'
import { typing } from './features/typing'

/** Everything that the server can be asked about a document. It publishes findings unasked. */
export const features: readonly Feature[] = [
  completion,
  hover,
  outline,
  folding,
  selection,
  definition,
  references,
  highlight,
  prepareRename,
  rename,
  links,
  inlayHints,
  codeLenses,
  codeActions,
  formatting,
  typing,
]
