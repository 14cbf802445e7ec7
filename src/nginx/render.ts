import nunjucks from 'nunjucks'
import type { Fleet } from '../fleet/fleet'
import { templateContext } from './template'
import builtIn from './upstream.conf.njk'

/** Compiled at its first use. Values are checked by the schema, so nothing in them needs escaping; HTML's would be wrong here. */
const template = nunjucks.compile(builtIn, new nunjucks.Environment([], { autoescape: false, throwOnUndefined: false }))

/** The upstream block of a fleet by the built-in template, ending in `}` and a line end. */
export function renderUpstream(fleet: Fleet): string {
  const text = template.render(templateContext(fleet))
  return text.endsWith('\n') ? text : `${text}\n`
}
