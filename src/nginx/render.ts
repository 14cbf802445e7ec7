import nunjucks from 'nunjucks'
import type { Fleet } from '../fleet/fleet'
import { templateContext } from './template'
import builtIn from './upstream.conf.njk'

/** Compiled at its first use. The schema checks the values, so they need no escaping; HTML escaping would be wrong here. */
const template = nunjucks.compile(builtIn, new nunjucks.Environment([], { autoescape: false, throwOnUndefined: false }))

/** The upstream block of a fleet from the built-in template, ending in `}` and a line end. */
export function renderUpstream(fleet: Fleet): string {
  const text = template.render(templateContext(fleet))
  return text.endsWith('\n') ? text : `${text}\n`
}
